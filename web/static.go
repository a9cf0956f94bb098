package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"zerortc/web/static"
)

// staticFiles serves the embedded files, index.html for a folder.
type staticFiles map[string]staticFile // by URL path

type staticFile struct {
	content     []byte
	contentType string
	etag        string
}

// contentTypes has every ending in use. The system's table is not asked: on some
// machines it calls JavaScript plain text, which nosniff keeps from running.
var contentTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

func loadStatic() (staticFiles, error) {
	files := staticFiles{}
	err := fs.WalkDir(static.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return files.add(name)
	})
	if err != nil {
		return nil, fmt.Errorf("loading the embedded files: %w", err)
	}
	return files, nil
}

func (files staticFiles) add(name string) error {
	content, err := static.Files.ReadFile(name)
	if err != nil {
		return err
	}
	contentType, ok := contentTypes[path.Ext(name)]
	if !ok {
		return fmt.Errorf("%s: no content type for its ending", name)
	}
	sum := sha256.Sum256(content)
	files["/"+name] = staticFile{content, contentType, `"` + hex.EncodeToString(sum[:12]) + `"`}
	return nil
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
	h := w.Header()
	h.Set("Content-Type", file.contentType)
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", file.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file.content))
}
