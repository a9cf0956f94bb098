// Starts the browsers. None of them is told to be lenient about certificates.

import puppeteer from 'puppeteer-core';

// Loopback counts as a network, nothing is asked of the Internet, and the camera is
// a moving picture.
const browsers = {
  chromium: {
    browser: 'chrome',
    executablePath: '/usr/bin/chromium',
    pipe: true, // the browser ends with this process, however that ends
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--no-first-run', '--allow-loopback-in-peer-connection',
      '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  },
  firefox: {
    browser: 'firefox', // by WebDriver BiDi
    executablePath: '/usr/bin/firefox-esr',
    extraPrefsFirefox: {
      'media.peerconnection.ice.loopback': true,
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      'media.gmp-manager.updateEnabled': false,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    },
  },
};

/**
 * @param {'chromium' | 'firefox'} name
 * @param {{ home?: string, host?: string, address?: string }} world home is the folder
 *   with the browser's store of certificates; host is a name that stands for address
 */
export function launch(name, { home, host, address } = {}) {
  const options = { ...browsers[name], acceptInsecureCerts: false };
  if (name === 'chromium') {
    if (home) options.env = { ...process.env, HOME: home };
    if (host) options.args = [...options.args, `--host-resolver-rules=MAP ${host} ${address}`];
  } else {
    if (home) options.userDataDir = home;
    // Whatever is looked up is at this address: there is nothing else in the test.
    if (host) options.extraPrefsFirefox = { ...options.extraPrefsFirefox, 'network.dns.forceResolve': address };
  }
  return puppeteer.launch(options);
}

/** Fails if it takes longer than anything here should. */
export function within(promise, what, patience = 60_000) {
  const late = new Promise((_, fail) => {
    setTimeout(() => fail(new Error(`${what}: not within ${patience} ms`)), patience).unref();
  });
  return Promise.race([promise, late]);
}

/**
 * Who started this script holds its input open; once he is gone, so are we, and
 * puppeteer ends its browsers with us.
 */
export function endWithTheTest() {
  process.stdin.on('end', () => process.exit(1)).resume();
}
