/** What any collector of this kind imports at least, whole: the floor that a cold start is held against. */
export * as dynamodb from '@aws-sdk/client-dynamodb';
export * as secretsManager from '@aws-sdk/client-secrets-manager';
export * as sqs from '@aws-sdk/client-sqs';
export { default as axios } from 'axios';
