package profile

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHandler(t *testing.T) {
	for path, want := range map[string]string{
		Path:                       "goroutine",
		Path + "goroutine?debug=1": "profile.TestHandler",
		Path + "heap?debug=1":      "heap profile",
		Path + "cmdline":           "profile.test",
	} {
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %.200s", path, w.Code, w.Body)
		}
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest("GET", "/elsewhere", nil))
	if w.Code != 404 {
		t.Errorf("elsewhere: %d", w.Code)
	}
}
