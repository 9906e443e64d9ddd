{{/*
Annotations of a hook: dict "root" $ "weight". Lower weights run first: network policy −30, database −20, migrations
−10, streams 0. Streams come before the first publish, the schema before the first query.
*/}}
{{- define "palomar.hook" -}}
{{- if .root.Values.jobs.asHooks -}}
annotations:
  helm.sh/hook: pre-install,pre-upgrade
  helm.sh/hook-weight: {{ .weight | quote }}
  helm.sh/hook-delete-policy: before-hook-creation
{{- end -}}
{{- end -}}

{{/* Jobs are never changed in place, so that one outside the hooks belongs to a revision. */}}
{{- define "palomar.jobName" -}}
{{ include "palomar.fullname" .root }}-{{ .command }}{{ if not .root.Values.jobs.asHooks }}-{{ .root.Release.Revision }}{{ end }}
{{- end -}}

{{/* A Job that runs one command of the image: dict "root" $ "command" "weight" "env" (YAML). */}}
{{- define "palomar.job" }}
{{- $context := dict "root" .root "name" "jobs" }}
{{- $jobs := .root.Values.jobs }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "palomar.jobName" . }}
  labels:
    {{- include "palomar.labels" $context | nindent 4 }}
  {{- include "palomar.hook" . | nindent 2 }}
spec:
  backoffLimit: {{ int $jobs.backoffLimit }}
  activeDeadlineSeconds: {{ int $jobs.activeDeadlineSeconds }}
  ttlSecondsAfterFinished: {{ int $jobs.ttlSecondsAfterFinished }}
  template:
    metadata:
      labels:
        {{- include "palomar.labels" $context | nindent 8 }}
    spec:
      restartPolicy: OnFailure
      {{- include "palomar.podSecurity" .root | nindent 6 }}
      {{- include "palomar.pullSecrets" .root | nindent 6 }}
      containers:
        - name: {{ .command }}
          image: {{ include "palomar.image" .root }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          args: [{{ .command }}]
          {{- include "palomar.containerSecurity" .root | nindent 10 }}
          env:
            {{- .env | trim | nindent 12 }}
          resources:
            {{- toYaml $jobs.resources | nindent 12 }}
          volumeMounts:
            - { name: tmp, mountPath: /tmp }
      volumes:
        - name: tmp
          emptyDir: { sizeLimit: 64Mi }
{{- end -}}

{{- define "palomar.provisionNatsEnv" -}}
- name: NATS_URL
  value: {{ include "palomar.natsUrl" . | quote }}
- name: NATS_USER
  value: operator
{{- include "palomar.fromSecret" (dict "name" "NATS_PASSWORD" "secret" .Values.secrets.nats "key" "operator-password") }}
- name: NATS_REPLICAS
  value: {{ .Values.nats.replicas | quote }}
{{- with .Values.nats.monitorUrl }}
- name: NATS_MONITOR_URL
  value: {{ . | quote }}
{{- end }}
{{- if .Values.nats.allowUnsynced }}
- name: NATS_ALLOW_UNSYNCED
  value: "true"
{{- end }}
{{- end -}}
