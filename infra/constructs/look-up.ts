import { CfnMapping, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Texts by row and column. */
export type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Reads texts out of a row of a table; which row that is may be known only at deployment.
 * CloudFormation can't calculate, so what follows from a parameter is looked up.
 */
export function lookUp(
  scope: Construct,
  id: string,
  table: Table,
  row: string,
): (column: string) => string {
  const mapping = new CfnMapping(scope, id, { mapping: { ...table }, lazy: true });
  return (column) => mapping.findInMap(row, column);
}

/** The number in a text that may be known only at deployment. */
export const asNumber = (text: string): number =>
  Token.isUnresolved(text) ? Token.asNumber(text) : Number(text);
