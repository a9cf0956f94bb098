// The page's words in English. zh-CN.js has the same keys.

export const en = {
  'title': 'zerortc – video calls',
  'other-language': '中文',

  // Before the call
  'lobby-heading': 'A video call',
  'lobby-lead': 'Choose a name for the room and join. Whoever opens the same room is in the call with you.',
  'invited-heading': 'You are invited to a call',
  'invited-lead': 'Join when you are ready. Your browser will ask for the camera and the microphone.',
  'room': 'Room',
  'new-name': 'Another name',
  'join': 'Join',
  'preview': 'Your picture',
  'preview-empty': 'Your camera is off until you join.',
  'preview-off': 'Your camera is off.',
  'preview-start': 'Check camera',
  'room-missing': 'Give the room a name.',
  'room-too-long': 'This name is too long.',
  'room-unusable': 'This name cannot be used. Please choose another.',
  'pin': 'PIN',
  'pin-missing': 'This room has a PIN. Ask those in it.',
  'pin-wrong': 'This PIN does not open the room.',

  // Buttons
  'controls': 'Call controls',
  'mute': 'Mute',
  'camera-off': 'Camera off',
  'copy-link': 'Copy link',
  'copied': 'Link copied',
  'leave': 'Leave',
  'own-picture': 'Your own picture',
  'other-picture': 'The other person',
  'other-no-camera': 'The other person has no camera.',

  // Waiting
  'invite-heading': 'Nobody else is here yet',
  'left-heading': 'You are alone in the room',
  'invite-text': 'Send this link to the one you want to talk to:',
  'invite-link': 'Link to this room',
  'invite-local': 'This link works on this machine only. For other machines, open this page by one of the addresses the server printed when it started.',

  'lock': 'A PIN for those who come, if you like',
  'lock-set': 'Set',
  'locked': 'The room has the PIN {pin} now. Tell it to those you invite.',

  // With more than two
  'tile-connecting': 'Connecting …',
  'tile-interrupted': 'Interrupted',
  'tile-failed': 'No connection',
  'tile-no-camera': 'No camera',
  'tile-away': 'Has lost the server',

  // State
  'asking': 'Please allow the camera and the microphone in your browser.',
  'connecting': 'Connecting to the server …',
  'server-gone': 'The server does not answer. Trying again …',
  'waiting': 'Waiting for the other person …',
  'other-left': 'The other person left. You are still here.',
  'calling': 'The other person is here. Connecting …',
  'in-call': 'You are in a call.',
  'in-call-without-server': 'You are in a call. The server does not answer; trying again …',
  'in-call-other-away': 'You are in a call. The other person has lost the server.',
  'interrupted': 'The connection is interrupted. Waiting for it to come back …',
  'failed': 'The call could not be connected.',
  'you-left': 'You left the room.',

  // Messages: what happened, what it means, what to do
  'try-again': 'Try again',
  'try-now': 'Try now',
  'join-without': 'Join anyway',
  'use-here': 'Use it here',
  'start-sound': 'Play sound',
  'test': 'Test what a call needs',
  'close': 'Close',

  'insecure-title': 'Your browser gives this page no camera',
  'insecure-text': 'Browsers give camera and microphone only to pages that come over https or from the machine itself. This page came from {origin}.',
  'insecure-step-https': 'For everybody: let the server speak https (tls.mode auto), or put a proxy with https in front of it, and open the page by https://',
  'insecure-step-local': 'On the machine that runs the server: open {local}',
  'insecure-step-flag': 'To try it from here with Chrome or Edge: open chrome://flags/#unsafely-treat-insecure-origin-as-secure, enter {origin}, choose Enabled and restart the browser.',
  'insecure-step-without': 'Or join anyway: you will see and hear the other person, who will not see and hear you.',

  'denied-title': 'The camera and the microphone are blocked',
  'denied-text': 'You, or a setting of this device, said no to this page.',
  'denied-step-site': 'Click the sign beside the address of this page, allow camera and microphone, and try again.',
  'denied-step-system': 'If there is nothing to allow: let the browser use the camera in the privacy settings of the device.',

  'missing-title': 'No camera and no microphone were found',
  'missing-camera-title': 'No camera was found',
  'missing-microphone-title': 'No microphone was found',
  'missing-text': 'This device has none, or it is switched off.',
  'missing-step-plug': 'Plug it in or switch it on, and try again.',
  'missing-step-without': 'Or join anyway: you will see and hear the other person.',

  'busy-title': 'The camera or microphone is in use',
  'busy-text': 'Another program holds it, or it does not start.',
  'busy-step-close': 'Close other programs and tabs that make calls, and try again.',
  'busy-step-replug': 'If that does not help: unplug it, plug it in again.',

  'broken-title': 'The camera does not start',
  'broken-text': 'The browser says: {detail}',
  'broken-step-reload': 'Reload the page, or restart the browser, and try again.',

  'lost-camera-title': 'Your camera is gone',
  'lost-microphone-title': 'Your microphone is gone',
  'lost-text': 'It was unplugged or switched off. The call goes on without it.',
  'lost-step-rejoin': 'Plug it in, then leave and join again.',

  'room-full-title': 'The room is full',
  'room-full-text': 'Every seat in the room “{room}” is taken.',
  'room-full-step-wait': 'Wait until somebody leaves, or take another room.',

  'room-closed-title': 'The room was closed',
  'room-closed-text': 'Whoever runs the server closed this room and ended the call in it.',
  'taken-over-title': 'The call moved to another tab',
  'taken-over-text': 'You joined this room again from another tab or window, and that one has your seat now.',
  'taken-over-step-other': 'Go on there, or bring the call back to this tab.',

  'uninvited-title': 'You need an invitation',
  'uninvited-text': 'This server lets in nobody without an invitation, and there is none of yours for the room “{room}”.',
  'uninvited-step-link': 'Open the link of your invitation once more, all of it: what stands behind the # is the invitation.',
  'uninvited-step-operator': 'If you have none, ask the one who runs the server.',

  'invite-ended-title': 'Your invitation has ended',
  'invite-ended-text': 'It was for the room “{room}”, for a time that is over.',
  'invite-ended-step': 'Ask the one who runs the server for another.',

  'too-many-guesses-title': 'Too many wrong PINs',
  'too-many-guesses-text': 'The server lets nobody guess. Wait a minute, and try again with the right one.',

  'unavailable-title': 'The server takes nobody in at the moment',
  'unavailable-text': 'It is busy, or about to stop. Try again in a minute.',

  'refused-title': 'The server ended the connection',
  'refused-text': 'It gave this reason: {reason}',
  'refused-step-again': 'Try again. If it happens again, tell the one who runs the server.',

  'gone-title': 'The server does not answer',
  'gone-text': 'This page goes on trying by itself.',
  'gone-step-network': 'Are you still in the network, and is the VPN on if you need one?',
  'gone-step-server': 'Is the server running? Ask the one who runs it.',

  'failed-title': 'The call could not be connected',
  'failed-text': 'Both of you reach the server, but sound and picture find no way.',
  'failed-step-firewall': 'A firewall may be in between: the ports the server printed when it started must be open, UDP above all.',
  'failed-step-network': 'Try another network, or switch the VPN off.',

  'uncopied-title': 'Please copy the link yourself',
  'uncopied-text': 'The browser does not let this page do it: {link}',

  'sound-title': 'The browser holds the sound back',
  'sound-text': 'It waits for a click of yours.',
};
