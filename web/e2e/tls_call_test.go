//go:build page

package e2e

// overTLSOnly leaves a page nothing but TURN over TLS, whatever list it was given,
// and notes what that list held.
const overTLSOnly = `window.offered = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(config, ...rest) {
    const iceServers = config.iceServers
      .map((server) => ({ ...server, urls: [server.urls].flat().filter((url) => { offered.push(url); return url.startsWith('turns:'); }) }))
      .filter((server) => server.urls.length > 0);
    super({ ...config, iceServers, iceTransportPolicy: 'relay' }, ...rest);
  }
};`

// callOverTLSAlone: two pages of a browser that trusts the CA talk through the one
// TCP port alone: page, signaling and media, all over TLS.
func (o *onePort) callOverTLSAlone(s *scene) {
	anna, ben := s.callOverTLS("room/tls")
	for _, p := range []*page{anna, ben} {
		p.waitFor("isSecureContext && location.origin + '/' === " + quote(o.secure))
		p.waitFor("sockets.length === 1 && sockets[0].url === " + quote("wss"+o.secure[len("https"):]+"ws"))
		p.waitFor("offered.includes(" + quote("turns:"+o.host+"?transport=tcp") + ")")
		p.waitMedia("the way over TLS", func(m media) bool {
			return m.Local == "relay" && m.Remote == "relay" && m.RelayProtocol == "tls"
		})
		p.mustBehave()
		p.photograph()
	}
}

// callOverTLS is pageCall for people who have TURN over TLS only.
func (s *scene) callOverTLS(path string) (anna, ben *page) {
	s.t.Helper()
	overTLS := func(p *page) { p.before(overTLSOnly) }
	anna = s.openPage("anna", path, overTLS)
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben = s.openPage("ben", path, overTLS)
	ben.click("join")
	mustBeInACall(anna, ben)
	return anna, ben
}

// plainPagesLeadToTLS: whoever types the address without https gets where the
// camera is; this machine's own name needs no TLS, and what classic clients use stays.
func (o *onePort) plainPagesLeadToTLS(s *scene) {
	p := s.open("anna", o.plain+"room/x?policy=relay")
	p.waitFor("location.href === " + quote(o.secure+"room/x?policy=relay") + " && isSecureContext && !!navigator.mediaDevices")

	p.goTo(o.server.page + "room/x")
	p.waitFor("location.protocol === 'http:' && isSecureContext && !!navigator.mediaDevices")

	p.goTo(o.plain + "example/")
	p.waitFor("location.protocol === 'http:' && !isSecureContext")
	opened := evaluate[bool](p, `new Promise((done) => {
		const socket = new WebSocket('ws://' + location.host + '/ws');
		socket.onopen = () => done(true);
		socket.onerror = () => done(false);
	})`)
	if !opened {
		p.fatalf("a plain page gets no plain WebSocket")
	}
	offered := evaluate[string](p, "fetch('/api/ice').then((answer) => answer.text())")
	p.waitFor("!" + quote(offered) + ".includes('turns:')") // who came without TLS may not trust us
}
