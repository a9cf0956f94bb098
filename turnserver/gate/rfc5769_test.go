package gate

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pion/stun"

	"zerortc/config"
	"zerortc/turnserver/auth"
)

// The test vectors of RFC 5769, byte by byte. Whatever else we get wrong, we
// read and write these as everybody does.
var (
	sampleID = "2112a442 b7e7a701bc34d686fa87dfae "

	// Section 2.1: a request with a short-term credential. The padding of the
	// name is spaces.
	sampleRequest = vector("0001 0058" + sampleID +
		"8022 0010 5354554e207465737420636c69656e74" +
		"0024 0004 6e0001ff" +
		"8029 0008 932ff9b151263b36" +
		"0006 0009 6576746a3a68367659 202020" +
		"0008 0014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2" +
		"8028 0004 e57a3bcf")

	// Section 2.2: its answer over IPv4.
	sampleIPv4 = vector("0101 003c" + sampleID +
		"8022 000b 7465737420766563746f72 20" +
		"0020 0008 0001a147e112a643" +
		"0008 0014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7" +
		"8028 0004 c07d4c96")

	// Section 2.3: and over IPv6.
	sampleIPv6 = vector("0101 0048" + sampleID +
		"8022 000b 7465737420766563746f72 20" +
		"0020 0014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9" +
		"0008 0014 a382954e4be67bf11784c97c8292c275bfe3ed41" +
		"8028 0004 c8fb0b4c")

	// Section 2.4: a request with a long-term credential.
	sampleLongTerm = vector("0001 0060 2112a442 78ad3433c6ad72c029da412e" +
		"0006 0012 e3839ee38388e383aae38383e382afe382b9 0000" +
		"0015 001c 662f2f3439396b3935346436 4f4c33346f4c3946535476793634 7341" +
		"0014 000b 6578616d706c652e6f7267 00" +
		"0008 0014 f67024656dd64a3e02b8e0712e85c9a28ca89666")
)

const (
	samplePassword = "VOkJxbRl1RmTxUk/WvJxBt"
	sampleUser     = "マトリックス"
)

func vector(spaced string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(spaced, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// readVector reads a copy, since reading may change it.
func readVector(t *testing.T, v []byte) *request {
	t.Helper()
	r, err := read(stun.New(), append([]byte(nil), v...), caller)
	if err != nil {
		t.Fatalf("% x: %v", v, err)
	}
	return r
}

func TestRFC5769Request(t *testing.T) {
	r := readVector(t, sampleRequest)
	var (
		username stun.Username
		software stun.Software
	)
	if username.GetFrom(r.Message) != nil || username.String() != "evtj:h6vY" {
		t.Errorf("USERNAME %q", username)
	}
	if software.GetFrom(r.Message) != nil || software.String() != "STUN test client" {
		t.Errorf("SOFTWARE %q", software)
	}
	if !r.isRequest() || r.Type.Method != stun.MethodBinding || !r.signed || !r.fingerprint {
		t.Errorf("read as %v, signed %v, fingerprint %v", r.Type, r.signed, r.fingerprint)
	}
	if !r.signedWith([]byte(samplePassword)) || r.signedWith([]byte(samplePassword+"x")) {
		t.Error("the key of a short-term credential is the password")
	}
	// PRIORITY stands in it, which ICE needs understood, and ICE-CONTROLLED,
	// which is optional.
	if err := r.checkUnderstood(); err != nil {
		t.Errorf("not understood: %v", err)
	}
}

func TestRFC5769Responses(t *testing.T) {
	for _, c := range []struct {
		vector []byte
		mapped string
	}{
		{sampleIPv4, "192.0.2.1:32853"},
		{sampleIPv6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853"},
	} {
		r := readVector(t, c.vector)
		want := netip.MustParseAddrPort(c.mapped)
		value, err := r.Get(stun.AttrXORMappedAddress)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := readPeer(r.Raw, value); !ok || got != want {
			t.Errorf("read %v, %v, want %v", got, ok, want)
		}
		if !r.fingerprint || !r.signedWith([]byte(samplePassword)) {
			t.Errorf("%s: fingerprint %v, signed with the password %v", c.mapped, r.fingerprint, r.signedWith([]byte(samplePassword)))
		}
		wantWritten(t, c.vector, r, want)
	}
}

// wantWritten: a message that we put together of the same things is the same,
// but for the padding, which the vectors fill with a space.
func wantWritten(t *testing.T, vector []byte, r *request, mapped netip.AddrPort) {
	t.Helper()
	m := stun.MustBuild(r.Message, stun.BindingSuccess, stun.NewSoftware("test vector"), xorAddress{stun.AttrXORMappedAddress, mapped})
	const padding = headerSize + attributeSize + len("test vector")
	m.Raw[padding] = ' '
	for _, s := range []stun.Setter{stun.NewShortTermIntegrity(samplePassword), stun.Fingerprint} {
		if err := s.AddTo(m); err != nil {
			t.Fatal(err)
		}
	}
	if string(m.Raw) != string(vector) {
		t.Errorf("written % x\n   want % x", m.Raw, vector)
	}
}

// The name is in UTF-8, and the password is the one of the vector after
// SASLprep, which we leave out (package auth tells why).
func TestRFC5769LongTermRequest(t *testing.T) {
	r := readVector(t, sampleLongTerm)
	var (
		username stun.Username
		realm    stun.Realm
		nonce    stun.Nonce
	)
	if username.GetFrom(r.Message) != nil || realm.GetFrom(r.Message) != nil || nonce.GetFrom(r.Message) != nil {
		t.Fatalf("incomplete: %v", r)
	}
	if username.String() != sampleUser || realm.String() != "example.org" || nonce.String() != "f//499k954d6OL34oL9FSTvy64sA" {
		t.Errorf("read as %q of %q with %q", username, realm, nonce)
	}
	for password, want := range map[string]auth.Verdict{"TheMatrIX": auth.Accepted, "TheMatrix": auth.WrongPassword} {
		users := auth.New(realm.String(), []config.User{{Name: sampleUser, Password: config.NewSecret(password)}}, nil)
		if _, got := users.Check(username.String(), r.signedWith, time.Now()); got != want {
			t.Errorf("password %q: %v, want %v", password, got, want)
		}
	}
}

// No bit of a vector can be turned without anybody noticing: the message is
// dropped, or it has lost its FINGERPRINT to the turned bit; and where there
// was none, its signature is wrong, or lost in the same way.
func TestRFC5769EveryBitCounts(t *testing.T) {
	for what, v := range map[string][]byte{"request": sampleRequest, "IPv4": sampleIPv4, "IPv6": sampleIPv6} {
		everyBit(v, func(bit int, turned []byte) {
			if r, err := read(stun.New(), turned, caller); err == nil && r.fingerprint {
				t.Errorf("%s: bit %d", what, bit)
			}
		})
	}
	key := stun.NewLongTermIntegrity(sampleUser, "example.org", "TheMatrIX")
	everyBit(sampleLongTerm, func(bit int, turned []byte) {
		if r, err := read(stun.New(), turned, caller); err == nil && r.signed && r.signedWith(key) {
			t.Errorf("long-term request: bit %d", bit)
		}
	})
}

// everyBit gives check a copy for each bit, with that bit turned.
func everyBit(v []byte, check func(bit int, turned []byte)) {
	for bit := range 8 * len(v) {
		turned := append([]byte(nil), v...)
		turned[bit/8] ^= 1 << (bit % 8)
		check(bit, turned)
	}
}
