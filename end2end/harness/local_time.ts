// Days and local times of a zone, reckoned apart from the product.

export interface LocalDay {
  /** `2026-11-05` */
  iso: string;
  /** `5 November 2026` */
  long: string;
}

/** The day that is so many days before today in a zone. */
export function daysAgo(days: number, zone: string): LocalDay {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date());
  const noon = new Date(`${today}T12:00:00Z`);
  noon.setUTCDate(noon.getUTCDate() - days);
  const month = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' }).format(noon);
  return { iso: noon.toISOString().slice(0, 10), long: `${noon.getUTCDate()} ${month} ${noon.getUTCFullYear()}` };
}

/** The moment at which clocks of a zone show that, as addresses write it: `2026-11-05T08:00:00Z`. */
export function utc(day: LocalDay, time: string, zone: string): string {
  const asUtc = new Date(`${day.iso}T${time}:00Z`).getTime();
  const offset = (at: number): number => {
    const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
    return new Date(`${shown.replace(' ', 'T')}Z`).getTime() - at;
  };
  return text(asUtc - offset(asUtc - offset(asUtc)));
}

/** So many hours later. */
export function later(moment: string, hours: number): string {
  return text(new Date(moment).getTime() + hours * 3_600_000);
}

function text(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
