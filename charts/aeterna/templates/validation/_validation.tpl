{{- /*
Every rule about values that a schema cannot say, printed at once, one problem a line:

  AET<nnn> | <values key> | <problem> | <fix>

A code belongs to one rule for ever; programs read these lines. No line holds a credential. Rules stand beside their
subject: _choices (1xx), _server (2xx), _stores (3xx), _cluster (4xx), _refused (5xx).
*/}}
{{- define "aeterna.validation" -}}
{{- $catalogue := include "aeterna.catalogue" . | fromJson -}}
{{- $lines := list -}}
{{- range $subject := list "choices" "server" "resources" "stores" "names" "backup" "secrets" "cluster" "refused" -}}
{{- $printed := include (printf "aeterna.validation.%s" $subject) (dict "root" $ "catalogue" $catalogue) -}}
{{- range splitList "\n" $printed -}}{{- with trim . -}}{{- $lines = append $lines . -}}{{- end -}}{{- end -}}
{{- end -}}
{{- with $lines | uniq | sortAlpha -}}
{{- fail (printf "the values cannot be used as they are:\n%s\n" (join "\n" .)) -}}
{{- end -}}
{{- end -}}

{{- /* (list "quantity") -> its size in base units, as text that float64 reads; quantities of Kubernetes, 0 for none */}}
{{- define "aeterna.validation.quantity" -}}
{{- $text := toString . -}}
{{- $number := regexFind "^[0-9.]+([eE][+-]?[0-9]+)?" $text | default "0" -}}
{{- $factors := dict "n" 1e-9 "u" 1e-6 "m" 1e-3 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "P" 1e15 "E" 1e18
  "Ki" 1024.0 "Mi" 1048576.0 "Gi" 1073741824.0 "Ti" 1099511627776.0 "Pi" 1125899906842624.0 "Ei" 1152921504606846976.0 -}}
{{- $factor := get $factors (trimPrefix $number $text) | default 1.0 -}}
{{- printf "%f" (mulf (float64 $number) $factor) -}}
{{- end -}}
