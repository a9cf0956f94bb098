package invite

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"zerortc/config"
)

var (
	now    = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	secret = config.NewSecret("0123456789abcdef0123456789abcdef")
	older  = config.NewSecret("fedcba9876543210fedcba9876543210")
)

func book(secrets ...config.Secret) *Book { return New(secrets) }

func sign(t testing.TB, b *Book, i Invite) string {
	t.Helper()
	token, err := b.Sign(i)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// day is an invite for a day from now.
func day(room, uid string) Invite {
	return Invite{Room: room, UID: uid, From: now, Until: now.Add(24 * time.Hour)}
}

func TestInvite(t *testing.T) {
	b := book(secret)
	forAll, forAnna := sign(t, b, day("blue", "")), sign(t, b, day("blue", "anna"))
	later := now.Add(24 * time.Hour)
	for _, row := range []struct {
		name, token, room, uid string
		at                     time.Time
		want                   error
	}{
		{"its room", forAll, "blue", "anybody", now, nil},
		{"no name", forAll, "blue", "", now, nil},
		{"another room", forAll, "red", "anybody", now, ErrOtherRoom},
		{"no room", forAll, "", "anybody", now, ErrOtherRoom},
		{"another case", forAll, "Blue", "anybody", now, ErrOtherRoom},
		{"its person", forAnna, "blue", "anna", now, nil},
		{"another person", forAnna, "blue", "ben", now, ErrOtherPerson},
		{"nobody", forAnna, "blue", "", now, ErrOtherPerson},
		{"a clock behind", forAll, "blue", "a", now.Add(-Leeway), nil},
		{"too early", forAll, "blue", "a", now.Add(-Leeway - time.Second), ErrNotYet},
		{"a clock ahead", forAll, "blue", "a", later.Add(Leeway - time.Second), nil},
		{"too late", forAll, "blue", "a", later.Add(Leeway), ErrExpired},
		{"none", "", "blue", "a", now, ErrMissing},
		{"words", "let me in", "blue", "a", now, ErrInvalid},
		{"a dot more", forAll + ".", "blue", "a", now, ErrInvalid},
		{"too long", strings.Repeat("a", maxToken+1), "blue", "a", now, ErrInvalid},
	} {
		if got := b.Check(row.token, row.room, row.uid, row.at); !errors.Is(got, row.want) {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
}

// The first secret signs, all are accepted: so secrets are changed.
func TestRotation(t *testing.T) {
	before, during, after := book(older), book(secret, older), book(secret)
	old, young := sign(t, before, day("blue", "")), sign(t, during, day("blue", ""))
	for _, row := range []struct {
		name  string
		book  *Book
		token string
		want  error
	}{
		{"old before", before, old, nil},
		{"old during", during, old, nil},
		{"old after", after, old, ErrInvalid},
		{"young before", before, young, ErrInvalid},
		{"young during", during, young, nil},
		{"young after", after, young, nil},
		{"without secrets", book(), young, ErrInvalid},
		{"an empty secret", book(config.NewSecret("")), young, ErrInvalid},
	} {
		if got := row.book.Check(row.token, "blue", "a", now); !errors.Is(got, row.want) {
			t.Errorf("%s: %v, want %v", row.name, got, row.want)
		}
	}
	if old == sign(t, before, day("blue", "")) {
		t.Error("two invites are the same")
	}
}

// forged signs whatever it is told to.
func forged(t testing.TB, method jwt.SigningMethod, key any, header map[string]any, claims jwt.MapClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(method, claims)
	for name, value := range header {
		token.Header[name] = value
	}
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestForgeries(t *testing.T) {
	b, key := book(secret), []byte(secret.Reveal())
	claims := func(changes jwt.MapClaims) jwt.MapClaims {
		c := jwt.MapClaims{"iss": Issuer, "aud": Audience, "room": "blue", "nbf": now.Unix(), "exp": now.Unix() + 60}
		for name, value := range changes {
			if c[name] = value; value == nil {
				delete(c, name)
			}
		}
		return c
	}
	if err := b.Check(forged(t, jwt.SigningMethodHS256, key, nil, claims(nil)), "blue", "a", now); err != nil {
		t.Fatalf("what another program with the secret makes: %v", err)
	}
	good := sign(t, b, day("blue", ""))
	parts := strings.Split(good, ".")
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	for name, token := range map[string]string{
		"alg none":           forged(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, claims(nil)),
		"alg None":           encode(`{"alg":"None"}`) + "." + parts[1] + ".",
		"no alg":             encode(`{}`) + "." + parts[1] + "." + parts[2],
		"HS384":              forged(t, jwt.SigningMethodHS384, key, nil, claims(nil)),
		"HS512":              forged(t, jwt.SigningMethodHS512, key, nil, claims(nil)),
		"another secret":     forged(t, jwt.SigningMethodHS256, []byte(older.Reveal()), nil, claims(nil)),
		"an empty secret":    forged(t, jwt.SigningMethodHS256, []byte{}, nil, claims(nil)),
		"no signature":       parts[0] + "." + parts[1] + ".",
		"changed claims":     parts[0] + "." + encode(`{"iss":"zerortc","aud":"zerortc-room","room":"red","nbf":1,"exp":9999999999}`) + "." + parts[2],
		"another spelling":   good[:len(good)-1] + string(good[len(good)-1]+1), // the last character has bits to spare
		"crit":               forged(t, jwt.SigningMethodHS256, key, map[string]any{"crit": []string{"exp"}}, claims(nil)),
		"no issuer":          forged(t, jwt.SigningMethodHS256, key, nil, claims(jwt.MapClaims{"iss": nil})),
		"another issuer":     forged(t, jwt.SigningMethodHS256, key, nil, claims(jwt.MapClaims{"iss": "else"})),
		"no audience":        forged(t, jwt.SigningMethodHS256, key, nil, claims(jwt.MapClaims{"aud": nil})),
		"another audience":   forged(t, jwt.SigningMethodHS256, key, nil, claims(jwt.MapClaims{"aud": "else"})),
		"no end":             forged(t, jwt.SigningMethodHS256, key, nil, claims(jwt.MapClaims{"exp": nil})),
		"no beginning":       forged(t, jwt.SigningMethodHS256, key, nil, claims(jwt.MapClaims{"nbf": nil})),
		"an end in words":    forged(t, jwt.SigningMethodHS256, key, nil, claims(jwt.MapClaims{"exp": "never"})),
		"a room of a number": forged(t, jwt.SigningMethodHS256, key, nil, claims(jwt.MapClaims{"room": 7})),
		"claims null":        encode(`{"alg":"HS256"}`) + "." + encode(`null`) + "." + parts[2],
	} {
		for _, room := range []string{"blue", "red", "7", ""} {
			if got := b.Check(token, room, "a", now); !errors.Is(got, ErrInvalid) {
				t.Errorf("%s, room %q: %v", name, room, got)
			}
		}
	}
	if got := b.Check(forged(t, jwt.SigningMethodHS256, key, nil, claims(jwt.MapClaims{"room": nil})), "", "a", now); got == nil {
		t.Error("no room opens the nameless one")
	}
}

// FuzzCheck: no bytes but those that were signed open the door, and what is signed
// opens one room only.
func FuzzCheck(f *testing.F) {
	b := book(secret, older)
	// The same in each process that fuzzes, which what Sign makes is not.
	good := forged(f, jwt.SigningMethodHS256, []byte(secret.Reveal()), nil, jwt.MapClaims{
		"iss": Issuer, "aud": Audience, "room": "blue", "nbf": now.Unix(), "exp": now.Unix() + 60})
	f.Add(good, "blue")
	f.Add(sign(f, book(older), day("red", "anna")), "red")
	f.Add(strings.Replace(good, ".", "..", 1), "blue")
	f.Add("eyJhbGciOiJub25lIn0.e30.", "")
	f.Add("..", "blue")
	f.Fuzz(func(t *testing.T, token, room string) {
		if err := b.Check(token, room, "a", now); err == nil && (token != good || room != "blue") {
			t.Fatalf("%q opens %q", token, room)
		}
		again := sign(t, b, Invite{Room: room, UID: token, From: now, Until: now.Add(time.Minute)})
		if len(again) > maxToken || room == "" {
			return
		}
		if strings.ToValidUTF8(room, "") == room && strings.ToValidUTF8(token, "") == token {
			if err := b.Check(again, room, token, now); err != nil {
				t.Fatalf("%q does not open %q: %v", again, room, err)
			}
		}
		if err := b.Check(again, room+"x", token, now); err == nil {
			t.Fatalf("%q opens another room", again)
		}
	})
}
