import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { awsCall } from '../platform/aws.ts';
import { TABLE } from '../platform/names.ts';
import type { SealedToken } from './sealed-token.ts';

/** Keeps the sealed token of a tenant over cold starts. */
export interface TokenStore {
  load(): Promise<SealedToken | undefined>;
  save(token: SealedToken): Promise<void>;
}

export function createTokenStore(
  dynamo: DynamoDBClient,
  table: string,
  tenant: string,
): TokenStore {
  const key = { [TABLE.partitionKey]: tenant, [TABLE.sortKey]: TABLE.tokenItem };
  return {
    load: async () => {
      const answer = await awsCall('Reading the sealed token', () =>
        dynamo.send(new GetItemCommand({ TableName: table, Key: marshall(key) })),
      );
      const { sealed, clientId } = answer.Item ? unmarshall(answer.Item) : {};
      if (!(sealed instanceof Uint8Array)) return undefined;
      return { sealed, clientId: typeof clientId === 'string' ? clientId : '' };
    },
    save: async ({ sealed, clientId }) => {
      const item = marshall({ ...key, sealed, clientId });
      await awsCall('Keeping the sealed token', () =>
        dynamo.send(new PutItemCommand({ TableName: table, Item: item })),
      );
    },
  };
}
