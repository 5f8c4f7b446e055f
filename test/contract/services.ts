import { type EmbeddedAws, startEmbeddedAws } from '../../local/aws/embedded-aws.ts';
import { temporaryFolder } from '../e2e/command.ts';

/** The embedded AWS on a folder of its own, for the tests of one file. */
export async function startServices(): Promise<EmbeddedAws> {
  const folder = temporaryFolder();
  const aws = await startEmbeddedAws(folder.path);
  return {
    ...aws,
    stop: async () => {
      await aws.stop();
      folder.remove();
    },
  };
}
