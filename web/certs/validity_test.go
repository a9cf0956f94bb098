package certs

import (
	"testing"
	"time"
)

func TestValidities(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		names := func(list []Validity) (all string) {
			for _, v := range list {
				if !v.Holds(time.Now()) || v.Holds(v.NotAfter) || v.Holds(v.NotBefore.Add(-time.Second)) {
					t.Errorf("%s holds from %v to %v", v.Name, v.NotBefore, v.NotAfter)
				}
				all += v.Name + " "
			}
			return all
		}
		files := newOnDisk(t, testChain(t, newKey(t), named("one.example.org"))).open(t, newDiary())
		if got := names(Validities(files)); got != "server " {
			t.Errorf("of files: %s", got)
		}
		local := openLocal(t, t.TempDir(), machine("vm", "192.168.1.5"), newDiary())
		if got := names(Validities(local)); got != "server authority " {
			t.Errorf("of a local CA: %s", got)
		}
		if got := Validities(nil); got != nil {
			t.Errorf("without TLS: %v", got)
		}
	})
}

// A domain whose certificate is not there yet is told, as one that never holds.
func TestValiditiesOfACME(t *testing.T) {
	a := must(NewACME(ACMEOptions{Domains: []string{"call.example.org", "b.example.org"}, Folder: t.TempDir()}, quiet()))(t)
	got := Validities(a)
	if len(got) != 2 || got[1].Name != "b.example.org" || got[1].Holds(time.Now()) || got[1].Holds(time.Time{}) {
		t.Errorf("got %+v", got)
	}
}
