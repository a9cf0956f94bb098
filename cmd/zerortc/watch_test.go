package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// get fetches a page of a server of ours.
func get(t *testing.T, address string) (status int, body string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(content)
}

// A server that has just started becomes ready by itself, through a relay of its
// own, and its tests leave no trace in the log but that they passed.
func TestBecomesReady(t *testing.T) {
	t.Parallel()
	server := start(t, nil, onLoopback(t)...)
	page := strings.TrimSuffix(value(t, server.ready(), "page"), "/")
	if status, body := get(t, page+"/healthz"); status != http.StatusOK || body != "ok\n" {
		t.Errorf("/healthz: %d %q", status, body)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		status, body := get(t, page+"/readyz")
		var answer struct {
			Ready   bool
			Reasons []string
		}
		if err := json.Unmarshal([]byte(body), &answer); err != nil || (status == http.StatusOK) != answer.Ready {
			t.Fatalf("%d %s: %v", status, body, err)
		}
		if answer.Ready {
			break
		}
		if time.Now().After(deadline) || len(answer.Reasons) != 1 || answer.Reasons[0] != "starting" {
			t.Fatalf("not ready: %s\n%s", body, server.stderr.String())
		}
	}
	server.stop(syscall.SIGTERM)
	log := server.stderr.String()
	if !strings.Contains(log, "relay self-test passed") || strings.Contains(log, `msg="allocation`) {
		t.Errorf("logged\n%s", log)
	}
}
