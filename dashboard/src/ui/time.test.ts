import { expect, it } from 'vitest';
import { durationWords, exactTime, relativeWords } from './time.js';

it('says a duration in its two largest units', () => {
  expect([0, 59, 60, 125, 3_600, 90_061].map(durationWords)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '2 min 5 s',
    '1 h',
    '1 d 1 h',
  ]);
});

it('takes a duration below zero for none', () => {
  expect(durationWords(-3)).toBe('0 s');
});

it('says times before and after now', () => {
  expect([relativeWords(95, 100), relativeWords(100, 100), relativeWords(160, 100)]).toEqual([
    '5 s ago',
    'now',
    'in 1 min',
  ]);
});

it('says the exact time the same for every reader', () => {
  expect(exactTime(1_795_925_446)).toBe('2026-11-29 04:10:46 UTC');
});
