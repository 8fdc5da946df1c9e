{{- define "stand-in.valkey.image" -}}
{{- $registry := .Values.global.imageRegistry | default .Values.image.registry -}}
{{- printf "%s/%s:%s" $registry .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}

{{- /* The real chart refuses these too, in words of its own. */}}
{{- define "stand-in.valkey.check" -}}
{{- if .Values.auth.enabled -}}
{{- if not (hasKey .Values.auth.aclUsers "default") -}}{{- fail "stand-in valkey: auth.aclUsers lacks the user default" -}}{{- end -}}
{{- range $user, $settings := .Values.auth.aclUsers -}}
{{- if not $settings.permissions -}}{{- fail (printf "stand-in valkey: auth.aclUsers.%s lacks permissions" $user) -}}{{- end -}}
{{- if not (or $settings.password $.Values.auth.usersExistingSecret) -}}{{- fail (printf "stand-in valkey: auth.aclUsers.%s lacks a password" $user) -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.replica.enabled (not .Values.replica.persistence.size) -}}{{- fail "stand-in valkey: replica.persistence.size is empty" -}}{{- end -}}
{{- end -}}

{{- define "stand-in.valkey.pod" -}}
metadata:
  annotations: {{ toJson .Values.podAnnotations }}
  labels:
    {{- include "stand-in.selector" . | nindent 4 }}
    {{- range $key, $value := merge (dict) .Values.podLabels .Values.commonLabels }}
    {{ $key }}: {{ $value | quote }}
    {{- end }}
spec:
  automountServiceAccountToken: {{ .Values.serviceAccount.automount }}
  serviceAccountName: {{ include "stand-in.serviceAccount" . }}
  {{- /* Plain names, unlike Kubernetes' own form */}}
  imagePullSecrets:
    {{- range concat .Values.global.imagePullSecrets .Values.imagePullSecrets }}
    - name: {{ . }}
    {{- end }}
  securityContext: {{ toJson .Values.podSecurityContext }}
  initContainers:
    - name: {{ include "stand-in.fullname" . }}-init
      image: {{ include "stand-in.valkey.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      command: ["true"]
      securityContext: {{ toJson .Values.securityContext }}
      resources: {{ toJson .Values.initResources }}
  containers:
    - name: {{ include "stand-in.fullname" . }}
      image: {{ include "stand-in.valkey.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      securityContext: {{ toJson .Values.securityContext }}
      resources: {{ toJson .Values.resources }}
      ports:
        - {name: tcp, containerPort: {{ .Values.service.port }}, protocol: TCP}
      volumeMounts:
        - {name: valkey-data, mountPath: /data}
        {{- if .Values.auth.usersExistingSecret }}
        - {name: valkey-users-secret, mountPath: /valkey-users-secret, readOnly: true}
        {{- end }}
  volumes:
    {{- if not .Values.replica.enabled }}
    - name: valkey-data
      {{- if and .Values.dataStorage.enabled .Values.dataStorage.requestedSize }}
      persistentVolumeClaim:
        claimName: {{ include "stand-in.fullname" . }}
      {{- else }}
      emptyDir: {}
      {{- end }}
    {{- end }}
    {{- if and .Values.auth.enabled .Values.auth.usersExistingSecret }}
    - name: valkey-users-secret
      secret:
        secretName: {{ tpl .Values.auth.usersExistingSecret . }}
        items:
          {{- range $user, $settings := .Values.auth.aclUsers }}
          - key: {{ $settings.passwordKey | default $user }}
            path: {{ $settings.passwordKey | default $user }}
          {{- end }}
    {{- end }}
  {{- include "stand-in.placement" . | nindent 2 }}
{{- end -}}
