{{- /* Where base backups and write-ahead logs go. In-tree and plugin take the same description of the object store. */}}

{{- /* root -> the Secret with the object store's credentials: the user's, or the one made from values; "" when inherited */}}
{{- define "aeterna.backup.secret" -}}
{{- with .Values.postgresql.backup.credentials -}}
{{- if not .inherit -}}
{{- .existingSecret | default (include "aeterna.names.of" (list $ "backup")) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* root -> true when that Secret is made from values */}}
{{- define "aeterna.backup.made" -}}
{{- with .Values.postgresql -}}
{{- if and .enabled .backup.enabled (not .backup.credentials.existingSecret) (not .backup.credentials.inherit) -}}
{{- if ne $.Values.secrets.provider "external-secrets" -}}true{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* (list root field...) -> references to the Secret's keys, one per credential field */}}
{{- define "aeterna.backup.references" -}}
{{- $root := first . -}}
{{- $keys := $root.Values.postgresql.backup.credentials.existingSecretKeys -}}
{{- range rest . }}
{{ . }}:
  name: {{ include "aeterna.backup.secret" $root }}
  key: {{ get $keys . | quote }}
{{- end }}
{{- end -}}

{{- /* root -> s3://, gs:// or https:// address of the folder */}}
{{- define "aeterna.backup.path" -}}
{{- with .Values.postgresql.backup.destination -}}
{{- $folder := trimAll "/" (printf "%s/%s" .bucket (trimPrefix "/" .path)) -}}
{{- if eq .type "azure" -}}
{{- printf "%s/%s" (.endpoint | default (printf "https://%s.blob.core.windows.net" .storageAccount) | trimSuffix "/") $folder -}}
{{- else -}}
{{- printf "%s://%s" (ternary "s3" "gs" (eq .type "s3")) $folder -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* root -> the description of the object store, as both ways of backing up want it */}}
{{- define "aeterna.backup.store" -}}
{{- $backup := .Values.postgresql.backup -}}
{{- $inherit := $backup.credentials.inherit -}}
destinationPath: {{ include "aeterna.backup.path" . | quote }}
{{- if eq $backup.destination.type "s3" }}
{{- with $backup.destination.endpoint }}
endpointURL: {{ . | quote }}
{{- end }}
s3Credentials:
  {{- if $inherit }}
  inheritFromIAMRole: true
  {{- else }}
  {{- include "aeterna.backup.references" (list . "accessKeyId" "secretAccessKey") | trim | nindent 2 }}
  {{- end }}
{{- else if eq $backup.destination.type "gcs" }}
googleCredentials:
  {{- if $inherit }}
  gkeEnvironment: true
  {{- else }}
  {{- include "aeterna.backup.references" (list . "applicationCredentials") | trim | nindent 2 }}
  {{- end }}
{{- else }}
azureCredentials:
  {{- if $inherit }}
  inheritFromAzureAD: true
  {{- else }}
  {{- include "aeterna.backup.references" (list . "storageAccount" "storageKey") | trim | nindent 2 }}
  {{- end }}
{{- end }}
{{- with $backup.destination.endpointCA }}
{{- if .existingSecret }}
endpointCA:
  name: {{ .existingSecret }}
  key: {{ .existingSecretKey | quote }}
{{- end }}
{{- end }}
wal:
  compression: gzip
data:
  compression: gzip
{{- end -}}

{{- /* root -> environment of the program that talks to the object store */}}
{{- define "aeterna.backup.environment" -}}
{{- with .Values.postgresql.backup.destination.region -}}
- name: AWS_DEFAULT_REGION
  value: {{ . | quote }}
{{- end -}}
{{- end -}}

{{- /* root -> is the object store described inside the Cluster (true) or in an ObjectStore of the plugin? */}}
{{- define "aeterna.backup.inTree" -}}
{{- with .Values.postgresql.backup -}}
{{- if and .enabled (eq .method "barmanObjectStore") -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{- /* root -> the schedule in six fields: the operator reads five as second, minute, hour: a backup every hour */}}
{{- define "aeterna.backup.schedule" -}}
{{- $fields := regexSplit "\\s+" (trim .Values.postgresql.backup.schedule) -1 -}}
{{- if eq (len $fields) 5 -}}{{- $fields = prepend $fields "0" -}}{{- end -}}
{{- join " " $fields -}}
{{- end -}}
