import { hasSignedOut } from '../http/cookies.ts';
import type { Methods } from '../methods/methods.ts';
import type { MethodOption } from '../views/views.ts';
import type { ClientForPages, PendingInteraction } from './deps.ts';
import type { Journey } from './journey.ts';

export type ForwardingDeps = {
  config: { base: string; isSecure: boolean };
  methods: Pick<Methods, 'find'>;
};

/** When the sign-in page goes on by itself, to a way that has a page of its own or is elsewhere. */
export function createForwarding({ config, methods }: ForwardingDeps) {
  return {
    /**
     * The row that is gone to. `rows`: those of the page; `hasForm`: it has a form beside them. Somewhere else it leads once
     * in a sign-in: whoever comes back without a proof, or goes back a page, reads why and chooses.
     */
    async rowOf(
      journey: Journey,
      rows: readonly MethodOption[],
      hasForm: boolean,
    ): Promise<MethodOption | undefined> {
      const hinted = rows.find(
        ({ choice }) => choice !== undefined && choice === hintedIn(journey.interaction),
      );
      const [only, another] = rows;
      const alone = only && !another && !hasForm ? only : undefined;
      const row = hinted ?? alone;
      if (!row || methods.find(row.method)?.leaves !== true) return row;
      if (hasLed(journey.interaction) || (!hinted && mustChoose(journey))) return undefined;
      const { interaction } = journey;
      interaction.lastSubmission = { ...interaction.lastSubmission, led: true };
      await interaction.persist();
      return row;
    },
  };

  /** Whoever has just signed out, or wants or is asked to be somebody else, would be back at once as who they were. */
  function mustChoose({ ctx, interaction }: Journey): boolean {
    const { params, lastSubmission } = interaction;
    const prompts = typeof params.prompt === 'string' ? params.prompt.split(' ') : [];
    const wantsAnother =
      lastSubmission?.switch === true || interaction.prompt.reasons.includes('another_account');
    return prompts.includes('select_account') || wantsAnother || hasSignedOut(ctx, config);
  }
}

/** Whether an app offers this provider; each does, unless it names those that it offers. */
export function offersChoice({ settings, isLocal }: ClientForPages, choice: string): boolean {
  return isLocal !== true && (settings?.upstream?.includes(choice) ?? true);
}

/** The provider that the app names. Anything else it may say there is nobody. */
function hintedIn({ params }: PendingInteraction): unknown {
  return params.idp_hint;
}

function hasLed({ lastSubmission }: PendingInteraction): boolean {
  return lastSubmission?.led === true;
}
