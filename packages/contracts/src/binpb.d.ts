declare module '*.binpb' {
  const path: string
  export default path
}
