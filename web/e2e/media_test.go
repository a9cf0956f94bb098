package e2e

import "time"

// media is what a page receives and by which way, from the statistics of its
// connection and of its video element.
type media struct {
	Width         int    `json:"width"`
	FramesShown   int    `json:"framesShown"`
	FramesDecoded int    `json:"framesDecoded"`
	AudioPackets  int    `json:"audioPackets"`
	Local         string `json:"local"` // candidate types of the selected pair: host, srflx, prflx, relay
	Remote        string `json:"remote"`
	RelayProtocol string `json:"relayProtocol"` // how the page speaks to its TURN server
}

// framesShown counts the pictures a video element has shown; of a call, Firefox counts
// them elsewhere.
const framesShown = "((video) => video.mozPaintedFrames ?? video.getVideoPlaybackQuality().totalVideoFrames)"

const readMedia = `(async () => {
  const video = document.getElementById('remote');
  const seen = { width: video.videoWidth, framesShown: ` + framesShown + `(video),
    framesDecoded: 0, audioPackets: 0, local: '', remote: '', relayProtocol: '' };
  const stats = await session?.call?.pc.getStats() ?? new Map();
  for (const s of stats.values()) {
    if (s.type === 'inbound-rtp' && s.kind === 'video') seen.framesDecoded = s.framesDecoded;
    if (s.type === 'inbound-rtp' && s.kind === 'audio') seen.audioPackets = s.packetsReceived;
    if (s.type !== 'transport' || !s.selectedCandidatePairId) continue;
    const pair = stats.get(s.selectedCandidatePairId);
    const local = stats.get(pair.localCandidateId);
    seen.local = local.candidateType;
    seen.relayProtocol = local.relayProtocol ?? '';
    seen.remote = stats.get(pair.remoteCandidateId).candidateType;
  }
  return seen;
})()`

// mustSeeMovingVideo waits until pictures are decoded and shown and go on being so,
// with sound beside them.
func (p *page) mustSeeMovingVideo() {
	p.t.Helper()
	const more = 10
	first := p.waitMedia("a picture and sound", func(m media) bool {
		return m.Width > 0 && m.FramesDecoded > 0 && m.FramesShown > 0 && m.AudioPackets > 0
	})
	p.waitMedia("the picture to move", func(m media) bool {
		return m.FramesDecoded >= first.FramesDecoded+more && m.FramesShown >= first.FramesShown+more &&
			m.AudioPackets > first.AudioPackets
	})
}

func (p *page) waitMedia(what string, enough func(media) bool) media {
	p.t.Helper()
	deadline := time.Now().Add(stepDeadline)
	for {
		seen := evaluate[media](p, readMedia)
		if enough(seen) {
			return seen
		}
		if time.Now().After(deadline) {
			p.fatalf("waiting for %s: %+v", what, seen)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
