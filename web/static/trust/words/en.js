// The words of the trust page in English. zh-CN.js has the same keys.

export const en = {
  'title': 'zerortc – trust this server',
  'other-language': '中文',

  'heading': 'Let this device trust the server',
  'lead': 'Browsers give the camera and the microphone only to pages whose server they trust. For a server in a local network nobody vouches, so this one has made an authority of its own. Tell each device about it once.',

  // What the device thinks of us now
  'checking': 'Looking whether this device trusts the server …',
  'trusted-title': 'This device trusts the server',
  'trusted-text': 'There is nothing left to do.',
  'trusted-more': 'Does the browser still show a warning beside the address? Then somebody has only clicked the warning away, and the steps below make it go.',
  'untrusted-title': 'This device does not trust the server yet',
  'untrusted-text': 'Follow the steps for it, then come back: this page looks again by itself.',
  'untrusted-more': 'In a hurry? Open the page all the same and let the browser go on in spite of its warning (under “Advanced”). On iPhones and iPads that is not enough for a call.',
  'half-title': 'Almost: the page opens, but calls would not connect',
  'half-text': 'This browser shows the pages of the server but refuses the connection by which calls are set up. A warning that was clicked away is not enough for it: follow the steps below.',
  'uncovered-title': 'Browsers will warn at this address, whatever this device trusts',
  'uncovered-text': 'The certificate of the server is not for {host}. Open the server by another address: its start prints those that the certificate is for first, in the lines “page”.',
  'uncovered-more': 'Whoever runs the server can have {host} added: by the setting tls.permit. Unless it is a local name or address, the authority has to be made anew then, and each device has to be told of the new one.',
  'gone-title': 'The server does not answer',
  'gone-text': 'Is this device still in the network, and is the server running?',
  'again': 'Look again',
  'open': 'Open {page}',
  'open-anyway': 'Open it with the warning',

  // Which authority
  'proof-heading': 'Is it the right one?',
  'proof-text': 'When it started, the server printed this SHA-256 fingerprint in the line “CA”. Did it print another one, or does your device show another one before it installs? Then stop: somebody is in between.',
  'authority': '“{name}”, until {until}',

  // Step by step
  'systems-heading': 'Step by step',
  'systems-local': 'If the server runs on this very machine, the command “zerortc ca install” does all of this.',
  'this-device': 'this device',
  'take-certificate': 'Download the certificate (if the browser hesitates, keep it):',
  'come-back': 'Come back to this page. It looks again by itself.',
  'restart-browser': 'Start the browser anew and open this page again.',
  'terminal': 'Or in a terminal, in the folder of the download:',

  'android': 'Android',
  'android-settings': 'Open the settings of the phone and search them for “CA certificate”. (It stands under Security or Privacy, in “Encryption & credentials” or “Install from storage”.)',
  'android-install': 'Choose “CA certificate”, then “Install anyway”, unlock the phone, and pick the file among the downloads. If the phone has no screen lock, it wants one first.',
  'android-note': 'Chrome, Edge and Firefox take it from there. Android may say that the network can be monitored: it says so of every authority that was added by hand.',

  'ios': 'iPhone and iPad',
  'ios-profile': 'In Safari, download the profile and tap “Allow”:',
  'ios-install': 'Open Settings and tap “Profile Downloaded” at the top (or General › VPN & Device Management). Tap “Install” and enter the passcode.',
  'ios-trust': 'Most people miss this one: go to Settings › General › About › Certificate Trust Settings, at the very bottom, and switch on “{name}”.',
  'ios-note': 'It has to be Safari: other browsers and the ones inside of apps cannot hand a profile to the system.',

  'windows': 'Windows',
  'windows-open': 'Open the file. Press “Install Certificate…”, take “Current User” and go on.',
  'windows-store': 'Take “Place all certificates in the following store”, press “Browse…” and choose “Trusted Root Certification Authorities”.',
  'windows-finish': 'Finish, answer the question with “Yes”, and start the browser anew. Edge, Chrome and Firefox take it from there.',

  'macos': 'Mac',
  'macos-open': 'Open the file: Keychain Access asks where to keep it. Take the keychain “login”.',
  'macos-trust': 'In Keychain Access, find “{name}” under “Certificates” and double-click it. Unfold “Trust” and set “When using this certificate” to “Always Trust”.',
  'macos-finish': 'Close the window, confirm with your password, and start the browser anew. Safari, Chrome and Firefox take it from there.',

  'linux': 'Linux: Chrome, Chromium, Edge',
  'linux-open': 'In the settings of the browser go to Privacy and security › Security › Manage certificates.',
  'linux-import': 'Import the file among the certificates of your own that are trusted (older versions: under “Authorities”, with a tick at “Trust this certificate for identifying websites”).',
  'terminal-nss': 'Or in a terminal, in the folder of the download (certutil is in the package libnss3-tools or nss-tools):',

  'firefox': 'Firefox on Linux',
  'firefox-open': 'In the settings go to Privacy & Security › Certificates › View Certificates… › Authorities.',
  'firefox-import': 'Press “Import…”, choose the file, and tick “Trust this CA to identify websites”.',
  'firefox-note': 'On other systems Firefox takes what the system trusts, from version 120 on. Before that, these steps help there too.',

  // Other devices, and what one gets into
  'next-heading': 'The next device',
  'next-text': 'Point its camera here to open this page there:',
  'next-code': 'QR code of this page',
  'next-local': 'You opened this page by a name that means this machine only. For the code, open it by one of the addresses that the server printed in the lines “trust”.',
  'limits-heading': 'What you allow by this',
  'limits-text': 'The authority can vouch for addresses of local networks, for names that end in .local, .lan, .internal or home.arpa, and for the name of this server – not for your bank. The files hold its certificate, never its key.',
  'limits-back': 'To take it back, remove “{name}” where you added it.',
};
