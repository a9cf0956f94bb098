// The test page's words, spoken.

import { speechOf } from '../page/speech.js';
import { en } from './words/en.js';
import { zhCN } from './words/zh-CN.js';

/**
 * @typedef {keyof typeof en} Word
 * @typedef {import('../page/speech.js').Values} Values
 */

export const { say, startLanguage, switchLanguage } = speechOf({ 'en': en, 'zh-CN': zhCN });
