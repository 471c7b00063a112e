import { expect, test } from 'vitest';
import { listTimeZones, presentZone } from '../../src/views/time-zones.ts';

const november = Date.UTC(2026, 10, 20);
const july = Date.UTC(2026, 6, 20);
const labelIn = (locale: string, id: string, now = november) =>
  listTimeZones(locale, now).find((zone) => zone.id === id)?.label;

test('names a zone by its country in the language of the page, with its offset of now', () => {
  expect(labelIn('en', 'Europe/Paris')).toBe('France · UTC+1');
  expect(labelIn('en', 'Europe/Paris', july)).toBe('France · UTC+2');
  expect(labelIn('de', 'Europe/Paris')).toBe('Frankreich · UTC+1');
  expect(labelIn('en', 'Asia/Kolkata')).toBe('India · UTC+5:30');
  expect(labelIn('en', 'America/New_York')).toBe('United States, New York · UTC−5');
  expect(labelIn('en', 'Europe/Lisbon')).toBe('Portugal, Lisbon · UTC');
  expect(labelIn('en', 'Antarctica/DumontDUrville')).toBe('Antarctica, Dumont d’Urville · UTC+10');
  expect(listTimeZones('en', november)[0]).toEqual({ id: 'UTC', label: 'UTC' });
});

test('has each zone once, by a name of today that a profile takes, and a fourth less than the database', () => {
  const ids = listTimeZones('en', november).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(() => new Intl.DateTimeFormat('en', { timeZone: id })).not.toThrow();
  expect(ids.filter((id) => presentZone(id) !== id)).toEqual([]);
  for (const id of ['Europe/Kyiv', 'Asia/Yangon', 'America/Nuuk', 'Asia/Kathmandu'])
    expect(ids).toContain(id);
  expect(ids.length).toBeLessThan(Intl.supportedValuesOf('timeZone').length * 0.77);
});

test('keeps every clock of a country that has several', () => {
  const clocks = (country: string) =>
    listTimeZones('en', november).filter(({ label }) => label.startsWith(`${country}, `)).length;
  expect(clocks('United States')).toBe(8);
  expect(clocks('Australia')).toBe(7);
});

test('is sorted as the language sorts', () => {
  const labels = listTimeZones('de', november)
    .slice(1)
    .map(({ label }) => label);
  expect(labels.findIndex((label) => label.startsWith('Österreich'))).toBeLessThan(
    labels.findIndex((label) => label.startsWith('Panama')),
  );
});
