package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// staticFiles serves the embedded files, index.html for a folder.
type staticFiles map[string]staticFile // by URL path

// A file's content stays in the program's own file until somebody asks for it: that
// keeps the start short and the memory small.
type staticFile struct {
	from        fs.FS
	name        string
	contentType string
	etag        func() string
}

// contentTypes has every ending in use. The system's table is not asked: on some
// machines it calls JavaScript plain text, which nosniff keeps from running.
var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

func loadStatic(from fs.FS) (staticFiles, error) {
	files := staticFiles{}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		contentType, ok := contentTypes[path.Ext(name)]
		if !ok {
			return fmt.Errorf("%s: no content type for its ending", name)
		}
		files["/"+name] = staticFile{from, name, contentType, sync.OnceValue(func() string { return etagOf(from, name) })}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("loading the embedded files: %w", err)
	}
	return files, nil
}

// etagOf names a content. One that cannot be read has no name: it is sent each time.
func etagOf(from fs.FS, name string) string {
	content, err := from.Open(name)
	if err != nil {
		return ""
	}
	defer content.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, content); err != nil {
		return ""
	}
	return `"` + hex.EncodeToString(sum.Sum(nil)[:12]) + `"`
}

// ServeHTTP serves the file that the path names.
func (files staticFiles) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Path
	if strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	file, ok := files[name]
	if !ok {
		notFound(w, r)
		return
	}
	file.ServeHTTP(w, r)
}

// ServeHTTP lets browsers keep a file but ask each time whether it is still the
// same (no-cache, RFC 9111 section 5.2.2.4), so that an upgrade is seen at once.
func (file staticFile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	content, err := file.from.Open(file.name)
	if err != nil {
		notFound(w, r)
		return
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", file.contentType)
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", file.etag())
	http.ServeContent(w, r, "", time.Time{}, content.(io.ReadSeeker)) // as embed.FS documents
}
