/** Where people live: what Auth0's `location_info` says of their IP addresses. */

export interface Place {
  readonly location: {
    readonly country_code: string;
    readonly country_code3: string;
    readonly country_name: string;
    readonly city_name: string;
    readonly latitude: number;
    readonly longitude: number;
    readonly time_zone: string;
    readonly continent_code: string;
  };
  /** How a phone number begins there; only numbers set aside for fiction are used. */
  readonly phonePrefix?: string;
}

type Country = readonly [code: string, code3: string, name: string, continent: string];

const US: Country = ['US', 'USA', 'United States', 'NA'];
const CA: Country = ['CA', 'CAN', 'Canada', 'NA'];
const GB: Country = ['GB', 'GBR', 'United Kingdom', 'EU'];
const DE: Country = ['DE', 'DEU', 'Germany', 'EU'];
const FR: Country = ['FR', 'FRA', 'France', 'EU'];
const NL: Country = ['NL', 'NLD', 'Netherlands', 'EU'];
const ES: Country = ['ES', 'ESP', 'Spain', 'EU'];
const SE: Country = ['SE', 'SWE', 'Sweden', 'EU'];
const JP: Country = ['JP', 'JPN', 'Japan', 'AS'];
const AU: Country = ['AU', 'AUS', 'Australia', 'OC'];
const BR: Country = ['BR', 'BRA', 'Brazil', 'SA'];
const ZA: Country = ['ZA', 'ZAF', 'South Africa', 'AF'];

function place(
  [country_code, country_code3, country_name, continent_code]: Country,
  city_name: string,
  latitude: number,
  longitude: number,
  time_zone: string,
  phonePrefix?: string,
): Place {
  return {
    location: {
      country_code,
      country_code3,
      country_name,
      city_name,
      latitude,
      longitude,
      time_zone,
      continent_code,
    },
    ...(phonePrefix === undefined ? {} : { phonePrefix }),
  };
}

export const PLACES: readonly Place[] = [
  place(US, 'Columbus', 39.9653, -83.0235, 'America/New_York', '+161455501'),
  place(US, 'Denver', 39.7388, -104.9868, 'America/Denver', '+130355501'),
  place(US, 'Portland', 45.5234, -122.6762, 'America/Los_Angeles', '+150355501'),
  place(US, 'Austin', 30.2711, -97.7437, 'America/Chicago', '+151255501'),
  place(CA, 'Toronto', 43.6547, -79.3623, 'America/Toronto', '+141655501'),
  place(GB, 'Leeds', 53.7965, -1.5478, 'Europe/London', '+4477009001'),
  place(GB, 'Bristol', 51.4552, -2.5966, 'Europe/London', '+4477009002'),
  place(DE, 'Hamburg', 53.5507, 9.993, 'Europe/Berlin'),
  place(DE, 'Munich', 48.1374, 11.5755, 'Europe/Berlin'),
  place(FR, 'Lyon', 45.748, 4.85, 'Europe/Paris'),
  place(NL, 'Utrecht', 52.0908, 5.1222, 'Europe/Amsterdam'),
  place(ES, 'Valencia', 39.4698, -0.3774, 'Europe/Madrid'),
  place(SE, 'Uppsala', 59.8585, 17.6454, 'Europe/Stockholm'),
  place(JP, 'Osaka', 34.6946, 135.5021, 'Asia/Tokyo'),
  place(AU, 'Brisbane', -27.4679, 153.0281, 'Australia/Brisbane'),
  place(BR, 'Curitiba', -25.4297, -49.2719, 'America/Sao_Paulo'),
  place(ZA, 'Durban', -29.8579, 31.0292, 'Africa/Johannesburg'),
];

/** The places whose numbers a text message can be sent to. */
export const PHONE_PLACES: readonly Place[] = PLACES.filter((p) => p.phonePrefix !== undefined);
