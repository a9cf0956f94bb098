// werift, WebRTC in TypeScript.
export { RTCPeerConnection } from 'werift';
