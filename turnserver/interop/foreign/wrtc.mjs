// libwebrtc, the library inside Chromium, as the package @roamhq/wrtc builds it.
import wrtc from '@roamhq/wrtc';

export const { RTCPeerConnection } = wrtc;
