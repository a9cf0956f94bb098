package auth

import (
	"strings"
	"testing"
	"time"

	"zerortc/config"
)

func TestHolds(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	old, current := config.NewSecret("0123456789abcdef"), config.NewSecret("fedcba9876543210")
	b := New("zerortc", []config.User{{Name: "1800000000", Password: config.NewSecret("word")}}, []config.Secret{current, old})
	user, password := b.Mint("anna", now.Add(time.Hour))
	before, passwordBefore := New("zerortc", nil, []config.Secret{old}).Mint("anna", now.Add(time.Hour))
	for _, row := range []struct {
		what, user, password string
		after                time.Duration
		want                 Verdict
	}{
		{"in time", user, password, 0, Accepted},
		{"of a secret that signs no more", before, passwordBefore, 0, Accepted},
		{"too late", user, password, time.Hour, Expired},
		{"too late and wrong", user, "wrong", time.Hour, WrongPassword},
		{"no password", user, "", 0, WrongPassword},
		{"somebody else's", user + "x", password, 0, WrongPassword},
		{"a static user", "1800000000", "word", 0, UnknownUser},
		{"no time", "anna", password, 0, UnknownUser},
		{"too long a name", "1800000000:" + strings.Repeat("x", maxUsername), password, 0, UnknownUser},
	} {
		if got := b.Holds(row.user, row.password, now.Add(row.after)); got != row.want {
			t.Errorf("%s: %v, want %v", row.what, got, row.want)
		}
	}
	if got := New("zerortc", nil, nil).Holds(user, password, now); got != UnknownUser {
		t.Errorf("without a secret: %v", got)
	}
}
