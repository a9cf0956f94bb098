package turnserver

import (
	"zerortc/config"
	"zerortc/turnserver/gate"
	"zerortc/turnserver/policy"
	"zerortc/turnserver/quota"
)

// Apply takes over what of the settings can change while the server runs: whom
// relays lead to, and the limits. Allocations that live go on under the new rules;
// only those end whose static user was taken from the book or has another password
// there. It is called by one goroutine at a time.
func (s *Server) Apply(cfg config.TURN) {
	live := s.rules.Live()
	peers := live.Peers
	if changed := policyOf(cfg); changed.String() != peers.String() {
		peers = changed
		s.log.Info("relaying", "peers", peers.String())
	}
	s.rules.Apply(liveOf(cfg, peers))
	s.rules.Quota.Apply(quotaOf(cfg))
	s.rules.Revoke()
}

// Drain opens no allocation from now on; those there are go on. Clients are sent to
// turn.alternate-server.
func (s *Server) Drain() { s.rules.Drain() }

func liveOf(cfg config.TURN, peers *policy.Policy) gate.Live {
	return gate.Live{
		Peers:              peers,
		MaxPermissions:     cfg.MaxPermissions,
		MaxChannels:        cfg.MaxChannels,
		MaxUnauthenticated: cfg.MaxUnauthenticated,
		Alternates:         cfg.Alternates,
	}
}

func policyOf(cfg config.TURN) *policy.Policy {
	return policy.New(cfg.PeersMode == config.PeersStrict, cfg.PeersAllow, cfg.PeersDeny)
}

func quotaOf(cfg config.TURN) quota.Limits {
	return quota.Limits{
		Allocations: cfg.MaxAllocations.Of(cfg.RelayPorts.Count()),
		PerUser:     cfg.MaxAllocationsPerUser,
		PerAddress:  cfg.MaxAllocationsPerAddress,
		Bitrate:     cfg.MaxBitrate,
		UserBitrate: cfg.MaxBitratePerUser,
	}
}
