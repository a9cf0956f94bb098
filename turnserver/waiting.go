package turnserver

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"sync/atomic"

	"zerortc/config"
	"zerortc/turnserver/gate"
	"zerortc/turnserver/socket"
)

// waiting is a queue of packets with an end, of which no source has more than a
// share: who floods makes others wait for as long as its share takes, and loses its
// own. Over UDP a source can be forged, and a forger of many has the whole queue.
//
// Its memory is fixed: sources share buckets by a hash they cannot foresee, as they
// do for the answers to those who are not authenticated.
type waiting struct {
	letters chan *letter
	share   int32
	seed    maphash.Seed
	sources [sourceBuckets]atomic.Int32 // packets that wait, by bucket
}

const sourceBuckets = 4096

// letter is a packet that waits.
type letter struct {
	from   gate.Tuple
	packet []byte
	bucket uint64
}

var letters = sync.Pool{New: func() any { return &letter{packet: make([]byte, 0, socket.MaxPacket)} }}

// newWaiting makes a queue of so many packets, a quarter for one source.
func newWaiting(most int) *waiting {
	return &waiting{letters: make(chan *letter, most), share: int32(most / 4), seed: maphash.MakeSeed()}
}

// put puts a copy of the packet in, unless the queue or the source's share is full.
func (w *waiting) put(packet []byte, from gate.Tuple, rules *gate.Rules) {
	bucket := w.bucket(from.Client.Addr())
	if w.sources[bucket].Add(1) > w.share {
		w.sources[bucket].Add(-1)
		rules.Flooded()
		return
	}
	l := letters.Get().(*letter)
	l.from, l.packet, l.bucket = from, append(l.packet[:0], packet...), bucket
	select {
	case w.letters <- l:
	default:
		w.done(l)
		rules.Overloaded()
	}
}

// done is for a letter that is dealt with.
func (w *waiting) done(l *letter) {
	w.sources[l.bucket].Add(-1)
	letters.Put(l)
}

func (w *waiting) bucket(source netip.Addr) uint64 {
	return maphash.Comparable(w.seed, config.Source(source)) % sourceBuckets
}
