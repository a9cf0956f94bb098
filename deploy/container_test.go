package deploy

import (
	"debug/elf"
	"encoding/xml"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"zerortc/config"
)

// There is no loader and no library in the image.
func TestProgramIsStatic(t *testing.T) {
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, segment := range file.Progs {
		if segment.Type == elf.PT_INTERP || segment.Type == elf.PT_DYNAMIC {
			t.Errorf("it has a segment %v", segment.Type)
		}
	}
}

func TestDockerfile(t *testing.T) {
	stages, err := readDockerfile()
	if err != nil {
		t.Fatal(err)
	}
	goVersion := strings.Join(strings.Split(strings.TrimPrefix(runtime.Version(), "go"), ".")[:2], ".")
	build, image := stages[0], stages[1]
	for _, row := range []struct {
		stage             stage
		instruction, want string
	}{
		{build, "FROM", "golang:" + goVersion + " AS build"},
		{image, "FROM", "scratch"},
		{image, "USER", "65532:65532"},
		{image, "ENTRYPOINT", `["/zerortc"]`},
		{image, "ENV", "ZERORTC_STATE_DIR=/var/lib/zerortc"},
		{image, "VOLUME", "/var/lib/zerortc"},
		{image, "EXPOSE", "9001/tcp 3478/tcp 3478/udp"},
		{image, "HEALTHCHECK", `--interval=30s --timeout=10s --start-period=10s CMD ["/zerortc", "healthcheck"]`},
	} {
		if got := row.stage.all(row.instruction); !slices.Equal(got, []string{row.want}) {
			t.Errorf("%s %q, want %q", row.instruction, got, row.want)
		}
	}
	wantVariable(t, "ZERORTC_STATE_DIR")
	owned := "--from=build --chown=65532:65532 /state /var/lib/zerortc"
	if !slices.Contains(image.all("COPY"), owned) {
		t.Error("the state folder is not the user's")
	}
}

// What the Dockerfile copies is not ignored, and nothing else is sent.
func TestDockerignore(t *testing.T) {
	lines := strings.Fields(strings.ReplaceAll(read(t, "Dockerfile.dockerignore"), " ", "_"))
	if lines[1] != "*" {
		t.Fatalf("the first rule is %s, not *", lines[1])
	}
	var got, want []string
	for _, line := range lines {
		if name, back := strings.CutPrefix(line, "!"); back {
			got = append(got, name)
		}
	}
	stages, err := readDockerfile()
	if err != nil {
		t.Fatal(err)
	}
	for _, copied := range stages[0].all("COPY") {
		words := strings.Fields(copied)
		want = append(want, words[:len(words)-1]...)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// composition is what the tests look at; other keys are Docker's.
type composition struct {
	Services map[string]struct {
		Build       struct{ Context, Dockerfile string }
		NetworkMode string `yaml:"network_mode"`
		Environment map[string]string
		Secrets     []string
		Volumes     []string
		ReadOnly    bool     `yaml:"read_only"`
		CapDrop     []string `yaml:"cap_drop"`
	}
	Volumes map[string]any
	Secrets map[string]struct{ File string }
}

func TestCompose(t *testing.T) {
	var c composition
	if err := yaml.Unmarshal([]byte(read(t, "compose.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	s, found := c.Services["zerortc"]
	if !found || s.NetworkMode != "host" || !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) {
		t.Errorf("got %+v", s)
	}
	if _, err := os.Stat(filepath.Join(s.Build.Context, s.Build.Dockerfile)); err != nil {
		t.Error(err)
	}
	for name, value := range s.Environment {
		wantVariable(t, name)
		if secret, isSecret := strings.CutPrefix(value, "/run/secrets/"); isSecret && !slices.Contains(s.Secrets, secret) {
			t.Errorf("%s=%s is no secret of the service", name, value)
		}
	}
	for _, name := range s.Secrets {
		if c.Secrets[name].File == "" {
			t.Errorf("secret %s has no file", name)
		}
	}
	for _, volume := range s.Volumes {
		name, path, _ := strings.Cut(volume, ":")
		if _, known := c.Volumes[name]; !known || path != "/var/lib/zerortc" {
			t.Errorf("volume %s", volume)
		}
	}
}

// Also what is commented out there has to be a variable of ours.
func TestComposeNamesVariables(t *testing.T) {
	for _, name := range variables.FindAllString(read(t, "compose.yaml"), -1) {
		wantVariable(t, name)
	}
}

func wantVariable(t *testing.T, name string) {
	t.Helper()
	for _, s := range config.Settings() {
		if s.Env() == name {
			return
		}
	}
	t.Errorf("%s is no setting", name)
}

// The sample for Android is XML, allows plain http to named hosts and to no
// others.
func TestAndroidSample(t *testing.T) {
	var sample struct {
		XMLName xml.Name `xml:"network-security-config"`
		Base    struct {
			Cleartext bool `xml:"cleartextTrafficPermitted,attr"`
		} `xml:"base-config"`
		Domain struct {
			Cleartext bool     `xml:"cleartextTrafficPermitted,attr"`
			Hosts     []string `xml:"domain"`
		} `xml:"domain-config"`
	}
	if err := xml.Unmarshal([]byte(read(t, "android/network_security_config.xml")), &sample); err != nil {
		t.Fatal(err)
	}
	if sample.Base.Cleartext || !sample.Domain.Cleartext || len(sample.Domain.Hosts) == 0 {
		t.Errorf("got %+v", sample)
	}
}
