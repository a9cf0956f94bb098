package config

import "log/slog"

// Secret is a string that cannot be printed by accident: every way of
// formatting, logging or marshalling it shows stars.
type Secret struct{ value string }

const stars = "***"

// NewSecret wraps value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return s.value }

// String implements fmt.Stringer.
func (Secret) String() string { return stars }

// GoString implements fmt.GoStringer, which %#v asks for.
func (Secret) GoString() string { return stars }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(stars) }

// MarshalText implements encoding.TextMarshaler, which JSON and YAML ask for.
func (Secret) MarshalText() ([]byte, error) { return []byte(stars), nil }
