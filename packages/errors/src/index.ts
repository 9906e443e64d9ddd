export { type AckDecision, ackDecision } from './ack.ts'
export { AppError, type AppErrorOptions, appError, type FieldError, toAppError } from './app-error.ts'
export {
  type AckKind,
  type ErrorCode,
  type ErrorEntry,
  errorCatalogue,
  type GrpcStatusNumber,
  grpcStatus,
  isErrorCode,
} from './catalogue.ts'
export { fromGrpc, type GrpcError, toGrpc } from './grpc.ts'
export { type Problem, toProblem } from './problem.ts'
