package main

import (
	"encoding/json"
	"runtime"
	"time"
)

// The bill of materials is CycloneDX 1.5 (ECMA-424), made from what the go command
// wrote into the program: nobody's list, but what is in it.

type bill struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Timestamp string    `json:"timestamp"`
	Component component `json:"component"`
}

type component struct {
	Ref        string     `json:"bom-ref"`
	Type       string     `json:"type"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	PURL       string     `json:"purl"`
	Properties []property `json:"properties,omitempty"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (b *built) materials() ([]byte, error) {
	all, err := modules(b.path)
	if err != nil {
		return nil, err
	}
	list := bill{
		Format: "CycloneDX", Spec: "1.5", Version: 1,
		Metadata: metadata{b.at.Format(time.RFC3339), goComponent("application", "zerortc", b.version)},
	}
	list.Metadata.Component.Properties = []property{{"go:os", b.os}, {"go:arch", b.arch}}
	list.Components = append(list.Components, goComponent("library", "std", runtime.Version()))
	for _, m := range all {
		c := goComponent("library", m.Path, m.Version)
		c.Properties = []property{{"go:sum", m.Sum}}
		list.Components = append(list.Components, c)
	}
	text, err := json.MarshalIndent(list, "", "  ")
	return append(text, '\n'), err
}

func goComponent(kind, path, version string) component {
	purl := "pkg:golang/" + path + "@" + version
	return component{Ref: purl, Type: kind, Name: path, Version: version, PURL: purl}
}
