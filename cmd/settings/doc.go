// Package settings shows the settings in other shapes than the server reads: those
// in force with where they come from (show.go), and a schema by which an editor
// knows them (schema.go). Both are made from the table of package config.
package settings
