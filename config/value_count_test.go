package config

import "testing"

func TestParseCount(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "1000": 1000, "2147483647": greatest} {
		if got, err := parseCount(text); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "-1", "+1", "1.5", "many", "2147483648", "0x10", "1_000"} {
		if got, err := parseCount(text); err == nil {
			t.Errorf("%q was taken for %d", text, got)
		}
	}
}

func TestParsePortion(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "7": 7, "90%": 900, "100%": 1000, "1%": 10} {
		if got, err := parsePortion(text); err != nil || got.Of(1000) != want {
			t.Errorf("%s of 1000: %d, %v, want %d", text, got.Of(1000), err, want)
		}
	}
	for _, text := range []string{"", "%", "0%", "101%", "-1%", "1.5%", "90 %"} {
		if got, err := parsePortion(text); err == nil {
			t.Errorf("%q was taken for %+v", text, got)
		}
	}
	if got := (Portion{Percent: 90}).Of(1); got != 1 {
		t.Errorf("90%% of one port is %d", got)
	}
}
