// The call page's words, spoken.

import { speechOf } from './speech.js';
import { en } from './words/en.js';
import { zhCN } from './words/zh-CN.js';

/**
 * @typedef {keyof typeof en} Word
 * @typedef {import('./speech.js').Values} Values
 */

export const { say, label, startLanguage, switchLanguage } = speechOf({ 'en': en, 'zh-CN': zhCN });
