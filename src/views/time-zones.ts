/** A time zone as people choose it: `id` is its present name in the IANA database. */
export type TimeZone = { id: string; label: string };

/**
 * The time zones of the world by country, in the page's language, each with its offset at `now`: "France · UTC+1". A country
 * has one for each kind of clock that it has this year; those who keep another name of the same clock keep it.
 */
export function listTimeZones(locale: string, now: number): readonly TimeZone[] {
  const hour = Math.floor(now / 3_600_000);
  const known = listed.get(locale);
  if (known?.hour === hour) return known.zones;
  const zones = [{ id: 'UTC', label: 'UTC' }, ...zonesOfCountries(locale, now)];
  listed.set(locale, { hour, zones });
  return zones;
}

/** The present name of a zone: browsers and profiles of before know some by an older one. */
export function presentZone(id: string): string {
  return PRESENT[id] ?? id;
}

// To ask `Intl` for 300 offsets takes as long as a sign-in: once an hour is enough, as clocks change by the hour.
const listed = new Map<string, { hour: number; zones: readonly TimeZone[] }>(); // at most one for each language
let countries: readonly { country: string; ids: readonly string[] }[] | undefined;

function zonesOfCountries(locale: string, now: number): TimeZone[] {
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  const { compare } = new Intl.Collator(locale);
  countries ??= listCountries(now);
  return countries
    .flatMap(({ country, ids }) => {
      const name = names.of(country) ?? country;
      return ids.map((id) => ({ id, name: ids.length === 1 ? name : `${name}, ${cityOf(id)}` }));
    })
    .sort((one, other) => compare(one.name, other.name))
    .map(({ id, name }) => ({ id, label: `${name} · ${sayOffset(clockOf(id)(now))}` }));
}

/** Each country with its zones; of those whose clocks agree in January and in July, one. */
function listCountries(now: number) {
  const year = new Date(now).getUTCFullYear();
  const [january, july] = [Date.UTC(year, 0, 1), Date.UTC(year, 6, 1)] as const;
  return countryCodes().flatMap((country) => {
    const byClock = new Map<string, string>(); // at most one for each zone of the country
    for (const id of zonesOf(country)) {
      const offset = clockOf(id);
      const clock = `${offset(january)} ${offset(july)}`;
      if (!byClock.has(clock) || PRINCIPAL.has(id)) byClock.set(clock, presentZone(id));
    }
    return byClock.size === 0 ? [] : [{ country, ids: [...byClock.values()] }];
  });
}

/** ISO 3166-1: those of all pairs of letters that have a name, and no newer one. */
function countryCodes(): string[] {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => new Intl.Locale(`und-${code}`).region === code && names.of(code) !== undefined);
}

/** Node 24 has the method, Node 20 the property of before; TypeScript has neither. */
function zonesOf(country: string): readonly string[] {
  const region = new Intl.Locale(`und-${country}`) as Intl.Locale & {
    getTimeZones?(): string[] | undefined;
    timeZones?: string[];
  };
  return (region.getTimeZones ? region.getTimeZones() : region.timeZones) ?? [];
}

/** How far a zone is from UTC at a moment, as `Intl` says it in English: "GMT+05:30", "GMT". */
function clockOf(id: string): (at: number) => string {
  const clock = new Intl.DateTimeFormat('en', { timeZone: id, timeZoneName: 'longOffset' });
  return (at) => clock.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

/** "GMT-03:00" is "UTC−3". */
function sayOffset(said: string): string {
  const [, sign, hours, minutes] = /^GMT([+-])(\d+):(\d+)/.exec(said) ?? [];
  if (sign === undefined || (Number(hours) === 0 && minutes === '00')) return 'UTC';
  return `UTC${sign === '-' ? '−' : '+'}${Number(hours)}${minutes === '00' ? '' : `:${minutes}`}`;
}

function cityOf(id: string): string {
  const name = (id.split('/').at(-1) ?? id).replaceAll('_', ' ');
  return name === 'DumontDUrville' ? 'Dumont d’Urville' : name;
}

/** What `Intl` still calls by an older name (the database's file `backward`). */
const PRESENT: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Coral_Harbour': 'America/Atikokan',
  'America/Godthab': 'America/Nuuk',
  'America/Indianapolis': 'America/Indiana/Indianapolis',
  'America/Louisville': 'America/Kentucky/Louisville',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** By whom a clock is named where several places of a country keep it: `Intl` lists them by the alphabet. */
const PRINCIPAL: ReadonlySet<string> = new Set([
  'America/Buenos_Aires',
  'America/Chicago',
  'America/Denver',
  'America/Edmonton',
  'America/Halifax',
  'America/Manaus',
  'America/Mazatlan',
  'America/Mexico_City',
  'America/New_York',
  'America/Punta_Arenas',
  'America/Rio_Branco',
  'America/Sao_Paulo',
  'America/Toronto',
  'America/Whitehorse',
  'America/Winnipeg',
  'Asia/Kamchatka',
  'Asia/Nicosia',
  'Asia/Novosibirsk',
  'Asia/Tashkent',
  'Asia/Vladivostok',
  'Asia/Yakutsk',
  'Australia/Sydney',
  'Europe/Lisbon',
  'Europe/Madrid',
  'Europe/Moscow',
  'Europe/Samara',
  'Pacific/Majuro',
  'Pacific/Ponape',
]);
