/**
 * What happens when. Slots come in blocks of twelve; each block tells a few short stories (a login
 * with its token exchange and logout, a mistyped password, a refresh) whose steps are interleaved.
 * A block is worked out from the seed and its number alone, so any slot can be asked for directly.
 */

import { EVENT_TYPES } from '../../../lambda/auth0/event-types.ts';
import { Draw, mix } from './draw.ts';

/** Who acts, and through what sort of application. */
export type Cast =
  | 'spa'
  | 'web'
  | 'native'
  | 'sms'
  | 'email'
  | 'database'
  | 'newcomer'
  | 'embedded'
  | 'social'
  | 'enterprise'
  | 'tv'
  | 'machine'
  | 'pipeline'
  | 'administrator';

/** One slot's part in its story. */
export interface Step {
  readonly code: string;
  readonly cast: Cast;
  /** Shared by all steps of one story, and by nothing else. */
  readonly storySeed: number;
}

interface Story {
  readonly weight: number;
  readonly cast: Cast;
  readonly codes: readonly string[];
}

const BLOCK_LENGTH = 12;

/**
 * Every ninth block gives one slot to the rota of all current codes: 108 slots apart, so 173 codes
 * come round within 18,792 slots, and any 20,000 slots in a row hold them all.
 */
const BLOCKS_PER_ROTA_SLOT = 9;

const story = (weight: number, cast: Cast, codes: string): Story => ({
  weight,
  cast,
  codes: codes.split(' '),
});

const STORIES: readonly Story[] = [
  story(90, 'spa', 's seacft'),
  story(60, 'spa', 's seacft ssa seacft slo'),
  story(50, 'spa', 's seacft sertft sertft'),
  story(70, 'spa', 'ssa seacft'),
  story(70, 'spa', 'fsa s seacft'),
  story(60, 'spa', 'fsa'),
  story(80, 'web', 's seacft'),
  story(60, 'web', 's seacft slo'),
  story(20, 'web', 'slo'),
  story(50, 'enterprise', 's seacft'),
  story(20, 'enterprise', 's seacft slo'),
  story(40, 'native', 's seacft sertft'),
  story(90, 'native', 'sertft'),
  story(40, 'native', 'sertft sertft'),
  story(8, 'native', 's seacft sertft srrt'),
  story(25, 'sms', 'cs s seacft'),
  story(8, 'email', 'cls s seacft'),
  story(90, 'machine', 'seccft'),
  story(6, 'pipeline', 'seccft sapi'),
  story(28, 'database', 'fp s seacft'),
  story(6, 'database', 'fp fp s seacft'),
  story(10, 'database', 'fu s seacft'),
  story(4, 'enterprise', 'f'),
  story(12, 'database', 'gd_start_auth gd_send_pn gd_auth_succeed s seacft'),
  story(8, 'database', 'mfar gd_start_auth gd_send_sms gd_auth_succeed s seacft'),
  story(2, 'database', 'gd_start_auth gd_auth_failed gd_auth_succeed s seacft'),
  story(3, 'database', 'gd_start_enroll gd_enrollment_complete s seacft'),
  story(7, 'newcomer', 'ss svr s seacft sv'),
  story(5, 'database', 'fp scpr scp s seacft'),
  story(4, 'database', 'pla s seacft'),
  story(8, 'embedded', 'scoa s'),
  story(5, 'tv', 'sede sertft'),
  story(3, 'enterprise', 'si organization_member_added s seacft'),
  story(6, 'enterprise', 'sscim'),
  story(2, 'enterprise', 'directory_sync_started directory_sync_completed'),
  story(12, 'administrator', 'sapi'),
  story(6, 'administrator', 'sapi sapi'),
  story(3, 'administrator', 'sapi sapi sapi sapi'),
  story(2, 'administrator', 'mgmt_api_read'),
];

const TOTAL_WEIGHT = STORIES.reduce((sum, { weight }) => sum + weight, 0);

/** Fits into whatever a block has left. */
const FILLER = story(0, 'machine', 'seccft');

/** The casts of codes that make sense for some people or some applications only. */
const CASTS: Readonly<Record<string, Cast>> = Object.fromEntries(
  (
    [
      ['machine', 'seccft feccft api_limit api_limit_warning token_quota_consumption_warning'],
      ['machine', 'jwt_bearer_exchange_failed failed_on_behalf_of_token_exchange appi'],
      ['machine', 'success_on_behalf_of_token_exchange secte fecte'],
      ['administrator', 'sapi mgmt_api_read kms_key_management_failure kms_key_management_success'],
      ['administrator', 'gd_tenant_update sui fui wum kms_key_state_changed'],
      ['tv', 'sede fede fdeac fdeaz fdecc'],
      ['native', 'sens fens sertft fertft ferrt srrt ciba_start_failed ciba_start_succeeded'],
      ['native', 'ciba_exchange_failed ciba_exchange_succeeded'],
      ['embedded', 'scoa fcoa fco sepft fepft sd fd limit_delegation'],
      ['sms', 'cs fcpn scpn limit_phone'],
      ['email', 'cls fepotpft'],
      ['social', 'w seta feta connected_accounts_connection_succeeded'],
      ['social', 'connected_accounts_connection_failed connected_accounts_delete_succeeded'],
      ['social', 'connected_accounts_delete_failed'],
      ['enterprise', 'f sscim fscim fc fcpro directory_sync_started directory_sync_completed'],
      ['enterprise', 'directory_sync_failed ss_sso_failure ss_sso_info ss_sso_success si fi'],
      ['enterprise', 'organization_member_added universal_logout_succeeded'],
      ['enterprise', 'universal_logout_failed federated_logout_failed'],
      ['enterprise', 'idjag_exchange_succeeded idjag_exchange_failed sdel sdelsa fdelsa'],
      ['enterprise', 'sdeleacft fdeleacft'],
      ['newcomer', 'ss fs fpurh sdu fdu signup_pwd_leak'],
      ['spa', 's ssa fsa seacft feacft'],
      ['web', 'slo flo oidc_backchannel_logout_succeeded oidc_backchannel_logout_failed fpar'],
    ] satisfies [Cast, string][]
  ).flatMap(([cast, codes]) => codes.split(' ').map((code) => [code, cast])),
);

const CURRENT_CODES = Object.keys(EVENT_TYPES).filter((code) => !EVENT_TYPES[code]?.historic);

/** All current codes, in an order of this seed's own. */
export function buildRota(seed: number): readonly string[] {
  const draw = new Draw(mix(seed, 0x407a));
  return CURRENT_CODES.map((code) => ({ code, rank: draw.bits() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ code }) => code);
}

function drawStory(draw: Draw, room: number): Story {
  for (let attempt = 0; attempt < 4; attempt++) {
    let ticket = draw.below(TOTAL_WEIGHT);
    for (const candidate of STORIES) {
      ticket -= candidate.weight;
      if (ticket >= 0) continue;
      if (candidate.codes.length <= room) return candidate;
      break;
    }
  }
  return FILLER;
}

/** What happens in the slot with this index. */
export function stepAt(seed: number, rota: readonly string[], index: number): Step {
  const block = Math.floor(index / BLOCK_LENGTH);
  const position = index - block * BLOCK_LENGTH;
  const draw = new Draw(mix(seed, 0x5107, block));

  const hasRotaSlot = block % BLOCKS_PER_ROTA_SLOT === 0;
  const rotaPosition = draw.below(BLOCK_LENGTH);
  if (hasRotaSlot && position === rotaPosition) {
    const code = rota[(block / BLOCKS_PER_ROTA_SLOT) % rota.length] ?? 's';
    const cast = CASTS[code] ?? 'database';
    return { code, cast, storySeed: mix(seed, 0x407b, index) };
  }

  const place = hasRotaSlot && position > rotaPosition ? position - 1 : position;
  return interleave(seed, block, draw, hasRotaSlot ? BLOCK_LENGTH - 1 : BLOCK_LENGTH, place);
}

/** Draws stories until the block is full, then walks through their steps up to the one wanted. */
function interleave(seed: number, block: number, draw: Draw, length: number, place: number): Step {
  const stories: { story: Story; told: number }[] = [];
  let room = length;
  while (room > 0) {
    const next = drawStory(draw, room);
    stories.push({ story: next, told: 0 });
    room -= next.codes.length;
  }
  for (let at = 0; at < length; at++) {
    let ticket = draw.below(length - at);
    for (const [number, entry] of stories.entries()) {
      ticket -= entry.story.codes.length - entry.told;
      if (ticket >= 0) continue;
      const code = entry.story.codes[entry.told++] ?? 's';
      if (at < place) break;
      return { code, cast: entry.story.cast, storySeed: mix(seed, 0x5107, block, number) };
    }
  }
  throw new Error('a block has fewer steps than slots');
}
