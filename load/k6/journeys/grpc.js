/** A program inside the cluster: its key for a token, and the token for a call. */
import { check } from 'k6'
import { Client, StatusOK } from 'k6/net/grpc'
import { settings } from './settings.js'

const client = new Client()
client.load(['../../../proto'], 'palomar/tenancy/v1/auth.proto', 'palomar/tenancy/v1/numbers.proto')
let isConnected = false

export function grpc() {
  if (!isConnected) client.connect(settings.tenancyAddress, { plaintext: true, timeout: '5s' })
  isConnected = true
  const tags = { journey: 'grpc' }
  const issued = client.invoke(
    'palomar.tenancy.v1.AuthService/IssueToken',
    { apiKey: settings.apiKey, audience: 'tenancy' },
    { tags },
  )
  const listed = client.invoke(
    'palomar.tenancy.v1.NumbersService/ListNumbers',
    {},
    { tags, metadata: { authorization: `Bearer ${issued.message?.token}` } },
  )
  check(listed, { 'numbers are listed by gRPC': ({ status }) => status === StatusOK }, { journey: 'grpc' })
}
