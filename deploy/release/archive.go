package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"time"
)

// item is a file of an archive.
type item struct {
	name    string
	mode    int64
	content []byte
}

// archive writes the program with what belongs to it, and beside it what it was
// made from. It returns the names of both files.
func (b *built) archive(out string) ([]string, error) {
	items, err := b.items()
	if err != nil {
		return nil, err
	}
	name := "zerortc_" + b.version + "_" + b.name()
	bill, err := b.materials()
	if err != nil {
		return nil, err
	}
	pack, ending := tarred, ".tar.gz"
	if b.os == "windows" {
		pack, ending = zipped, ".zip"
	}
	content, err := pack(name, items, b.at)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(out, name+ending), content, 0o644); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(out, name+".cdx.json"), bill, 0o644); err != nil {
		return nil, err
	}
	return []string{name + ending, name + ".cdx.json"}, nil
}

// items are what an archive holds. Where systemd is, its units come along.
func (b *built) items() ([]item, error) {
	program, err := os.ReadFile(b.path)
	if err != nil {
		return nil, err
	}
	all := []item{{b.program(), 0o755, program}}
	names := []string{"LICENSE", "README.md", "README.zh-CN.md", "deploy/zerortc.example.yaml"}
	if b.os == "linux" {
		names = append(names, "deploy/zerortc.service", "deploy/zerortc-http.socket", "deploy/zerortc-turn.socket", "deploy/zerortc.sysusers")
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all = append(all, item{filepath.Base(name), 0o644, content})
	}
	notices, err := licenses(b.path)
	if err != nil {
		return nil, err
	}
	all = append(all, item{"LICENSES.txt", 0o644, notices})
	documents, err := b.documents()
	return append(all, documents...), err
}

// documents are what the program tells of itself.
func (s *source) documents() (all []item, err error) {
	for _, d := range []struct {
		name string
		args []string
	}{
		{"zerortc.8", []string{"man"}},
		{"zerortc.bash", []string{"completion", "bash"}},
		{"zerortc.fish", []string{"completion", "fish"}},
		{"zerortc.zsh", []string{"completion", "zsh"}},
	} {
		content, err := s.tell(d.args...)
		if err != nil {
			return nil, err
		}
		all = append(all, item{d.name, 0o644, content})
	}
	return all, nil
}

func tarred(folder string, items []item, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	squeezed, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(squeezed)
	for _, i := range items {
		header := &tar.Header{Name: folder + "/" + i.name, Mode: i.mode, Size: int64(len(i.content)), ModTime: at, Format: tar.FormatPAX}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(i.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	err = squeezed.Close()
	return b.Bytes(), err
}

func zipped(folder string, items []item, at time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, i := range items {
		header := &zip.FileHeader{Name: folder + "/" + i.name, Method: zip.Deflate, Modified: at}
		header.SetMode(os.FileMode(i.mode))
		file, err := w.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := file.Write(i.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// gzipped is as Debian has its documents.
func gzipped(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}
