// The keys, to be read and to be switched off. Loaded when somebody asks.

import { openDialog } from './dialog.js';
import { say } from './language.js';
import { areKeysOn, KEYS, switchKeys } from './keys.js';

export function openKeyHelp() {
  const part = document.createElement('div');
  part.className = 'keys';
  const list = document.createElement('dl');
  for (const { key, shift, button, word } of KEYS) {
    const there = document.querySelector(button);
    if (there instanceof HTMLElement && there.hidden) continue; // not with this browser
    const [sign, what] = [document.createElement('dt'), document.createElement('dd')];
    for (const name of [...shift ? ['Shift'] : [], key.toUpperCase()]) {
      const cap = document.createElement('kbd');
      cap.textContent = name;
      sign.append(cap);
    }
    say(what, word);
    list.append(sign, what);
  }
  part.append(list, theSwitch());
  openDialog('keys', part);
}

function theSwitch() {
  const label = document.createElement('label');
  const box = document.createElement('input');
  const text = document.createElement('span');
  label.className = 'check';
  box.type = 'checkbox';
  box.id = 'keys-on';
  box.checked = areKeysOn();
  box.onchange = () => switchKeys(box.checked);
  say(text, 'keys-on');
  label.append(box, text);
  return label;
}
