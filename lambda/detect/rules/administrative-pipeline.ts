import { type ApiCall, text } from '../../auth0/event-facts.ts';
import { deed } from '../reading/actor.ts';
import { type CallRow, callIn, requested, setting } from '../reading/call.ts';
import { brief } from '../reading/subject.ts';
import { type Rule, rule } from '../rule.ts';
import { byWeight, MEMORY_MS, type Weight } from './administrative-weight.ts';

/** What happens to a piece of code that runs while users log in. */
type Step = 'written' | 'live' | 'chosen' | 'removed';

export const PIPELINE_CALLS: readonly CallRow<readonly [Step, string]>[] = [
  ['PATCH PUT', 'actions/triggers/{id}/bindings', ['chosen', 'chose the Actions of']],
  ['POST', 'actions/actions/{id}/deploy', ['live', 'deployed Action']],
  ['POST', 'actions/actions/{id}/versions/{version}/deploy', ['live', 'deployed Action']],
  ['POST', 'actions/actions', ['written', 'created an Action']],
  ['PATCH PUT', 'actions/actions/{id}', ['written', 'changed Action']],
  ['DELETE', 'actions/actions/{id}', ['removed', 'deleted Action']],
  ['POST', 'rules', ['live', 'created a Rule']],
  ['PATCH PUT', 'rules/{id}', ['live', 'changed Rule']],
  ['DELETE', 'rules/{id}', ['removed', 'deleted Rule']],
  ['PUT POST', 'rules-configs/{id}', ['live', 'changed the Rules setting']],
  ['DELETE', 'rules-configs/{id}', ['removed', 'deleted the Rules setting']],
  ['POST', 'hooks', ['live', 'created a Hook']],
  ['PATCH PUT', 'hooks/{id}', ['live', 'changed Hook']],
  ['POST PATCH PUT', 'hooks/{id}/secrets', ['live', 'changed the secrets of Hook']],
  ['DELETE', 'hooks/{id}', ['removed', 'deleted Hook']],
  ['POST', 'token-exchange-profiles', ['removed', 'created a token exchange']],
  ['PATCH PUT', 'token-exchange-profiles/{id}', ['removed', 'changed token exchange']],
];

const CODE_CHARS_MAX = 200_000;

const pipelineChanged = rule({
  id: 'A0-ADM-15',
  title: 'Code that runs at login changed',
  family: 'administrative',
  severity: 'medium',
  attack: ['T1556'],
  kind: 'list match',
  types: ['sapi'],
  why: 'Actions, Rules and Hooks see every login and decide who gets in. High when the code looks as if it sent passwords away or loaded more code, medium when a step is taken out, low for an ordinary deployment by somebody who deploys.',
  tune: 'suspectWords are looked for in the code, in lower case: take out those that your own code uses by right. Code that is only saved is raised for them alone, as it does not run yet.',
  todo: 'Compare the code under Actions > Library (or Auth Pipeline > Rules) with your repository. If nobody knows the change: bring the version before it back, and treat passwords typed in since as known.',
  limits: {},
  lists: {
    suspectWords: [
      'body.password',
      'eval(',
      'new function(',
      'child_process',
      'webhook.site',
      'requestbin',
      'pipedream.net',
      'ngrok',
      'pastebin',
      'burpcollaborator',
      'interact.sh',
    ] as readonly string[],
  },
  periodHours: 24,
  detection: {
    kind: 'window',
    windowMs: () => MEMORY_MS,
    match: (facts, { lists }) => {
      const change = callIn(facts.call, PIPELINE_CALLS);
      if (change === undefined || facts.call === undefined) return undefined;
      const [step, what] = change.meaning;
      const suspect = suspectWord(facts.call, lists.suspectWords);
      if (step === 'written' && suspect === undefined) return undefined;
      const name = text(setting(facts.call, 'name')) ?? change.parts['id'] ?? '';
      const code = suspect === undefined ? '' : `, its code has ${brief(suspect, 30)}`;
      const mark = suspect === undefined ? weightOf(facts.call, step) : 'high';
      return deed(facts, `${what} ${brief(name)}${code}`, { value: 'pipeline', mark });
    },
    judge: byWeight,
  },
});

function suspectWord(call: ApiCall, words: readonly string[]): string | undefined {
  const code = text(setting(call, 'code')) ?? text(setting(call, 'script')) ?? '';
  const lower = code.slice(0, CODE_CHARS_MAX).toLowerCase();
  return words.find((word) => lower.includes(word.toLowerCase()));
}

function weightOf(call: ApiCall, step: Step): Weight {
  if (step === 'removed') return 'medium';
  const bindings = requested(call, 'bindings');
  const isEmptied = step === 'chosen' && Array.isArray(bindings) && bindings.length === 0;
  return isEmptied || requested(call, 'enabled') === false ? 'medium' : 'routine';
}

export const PIPELINE_RULES: readonly Rule[] = [pipelineChanged];
