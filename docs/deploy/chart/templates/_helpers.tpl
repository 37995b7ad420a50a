{{/* Labels of everything; `part` is web, worker or migrate. */}}
{{- define "intranet.selector" -}}
app.kubernetes.io/name: intranet
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "intranet.labels" -}}
{{ include "intranet.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "intranet.name" -}}
{{ printf "%s-%s" .root.Release.Name .part | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "intranet.claim" -}}
{{ .Values.files.existingClaim | default (printf "%s-files" .Release.Name | trunc 63) }}
{{- end }}

{{- define "intranet.storage" -}}
{{ get .Values.settings "INTRANET_STORAGE_URL" | default "file:/srv/intranet/files" }}
{{- end }}

{{/* Whether files are in a folder that all see; a bucket needs none. */}}
{{- define "intranet.folder" -}}
{{ hasPrefix "file:" (include "intranet.storage" .) | ternary "yes" "" }}
{{- end }}

{{/* What every pod has: not root, nothing writable but its data, secrets as files. */}}
{{- define "intranet.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 840
  runAsGroup: 840
  fsGroup: 840
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
volumes:
  - name: data
    emptyDir: {}
  - name: temporary
    emptyDir: {}
  - name: secrets
    secret:
      secretName: {{ .root.Values.secrets.name }}
      # Readable by the group, which is the service's, and by nobody else.
      defaultMode: 0440
{{- if and (ne .part "migrate") (include "intranet.folder" .root) }}
  - name: files
    persistentVolumeClaim:
      claimName: {{ include "intranet.claim" .root }}
{{- end }}
{{- end }}

{{- define "intranet.container" -}}
image: {{ printf "%s@%s" .root.Values.image.repository .root.Values.image.digest }}
imagePullPolicy: IfNotPresent
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
env:
  - name: INTRANET_BASE_URL
    value: {{ printf "https://%s" .root.Values.host }}
  - name: INTRANET_STORAGE_URL
    value: {{ include "intranet.storage" .root | quote }}
{{- range $name, $value := omit .root.Values.settings "INTRANET_STORAGE_URL" }}
  - name: {{ $name }}
    value: {{ $value | quote }}
{{- end }}
{{- range .root.Values.secrets.keys }}
  - name: {{ . }}_FILE
    value: /run/secrets/intranet/{{ . }}
{{- end }}
volumeMounts:
  - { name: data, mountPath: /var/lib/intranet }
  - { name: temporary, mountPath: /tmp }
  - { name: secrets, mountPath: /run/secrets/intranet, readOnly: true }
{{- if and (ne .part "migrate") (include "intranet.folder" .root) }}
  - { name: files, mountPath: /srv/intranet/files }
{{- end }}
{{- end }}
