// libdatachannel with libjuice, which speaks TURN over UDP only, as the package
// node-datachannel wraps them.
import { PeerConnection } from 'node-datachannel';
import * as polyfill from 'node-datachannel/polyfill';

// The package puts user names and passwords into URLs as they are, where those with
// a time limit, with their ":", "+" and "/", come to nothing. Handed over one by one
// they arrive.
export class RTCPeerConnection extends polyfill.RTCPeerConnection {
  constructor({ iceServers, ...rest }) {
    const servers = iceServers.flatMap(({ urls, username, credential }) => urls.map((url) => {
      const [, hostname, port] = /^turn:(.*):(\d+)\?transport=udp$/.exec(url);
      return { hostname, port: Number(port), username, password: credential, relayType: 'TurnUdp' };
    }));
    super({ iceServers, ...rest, peerConnection: new PeerConnection('foreign', { iceServers: servers, ...rest }) });
  }
}
