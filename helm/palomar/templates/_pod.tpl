{{/* Nobody, nothing writable, nothing inherited: what every pod of ours has. */}}
{{- define "palomar.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "palomar.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end -}}

{{- define "palomar.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* One probe: dict "path" "port". */}}
{{- define "palomar.probe" -}}
{{- if .path -}}
httpGet: { path: {{ .path }}, port: {{ .port }} }
{{- else -}}
tcpSocket: { port: {{ .port }} }
{{- end -}}
{{- end -}}
