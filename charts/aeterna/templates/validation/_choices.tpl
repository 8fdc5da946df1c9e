{{- /* What the catalogue's choices ask for, and whether the values agree with each other about what is chosen. */}}
{{- define "aeterna.validation.choices" -}}
{{- $in := . -}}
{{- $values := .root.Values -}}
{{- range $part, $about := .catalogue.parts -}}
{{- include "aeterna.validation.settings" (dict "in" $in "part" $part "about" $about) -}}
{{- end -}}
{{- range $part, $axis := .catalogue.file.axes -}}
{{- $id := get $in.catalogue.choices $part -}}
{{- $words := list -}}
{{- range $other, $choice := $axis.choices -}}
{{- $chosen := eq $id $other -}}
{{- range $path, $want := omit $choice.values.chosen (get $choice.values "switch") -}}
{{- $words = append $words (printf "%s: %v" $path $want) -}}
{{- end -}}
{{- with get $choice.values "switch" -}}
{{- $on := eq "true" (include "aeterna.catalogue.text" (list $values .)) -}}
{{- if and $on (not $chosen) }}
AET104 | {{ . }} | is true, but {{ $choice.label }} is not chosen for {{ $axis.label | lower }} | set {{ . }} to false
{{- else if and $chosen (not $on) (eq $choice.kind "bundled") }}
AET104 | {{ . }} | is false, but the bundled {{ $choice.label }} is chosen for {{ $axis.label | lower }} | set {{ . }} to true
{{- end -}}
{{- end -}}
{{- end -}}
{{- include "aeterna.validation.unused" (dict "values" $values "axis" $axis "id" $id) -}}
{{- if and (not $id) (hasKey $in.catalogue.choices $part) }}
AET101 | {{ $words | first | splitList ":" | first }} | names nothing that is offered for {{ $axis.label | lower }} | choose one of {{ $words | uniq | join ", " }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* (dict values axis id) -> the address of a service outside that nothing uses, as the bundled part is chosen */}}
{{- define "aeterna.validation.unused" -}}
{{- $values := .values -}}
{{- $taken := get .axis.choices .id | default dict -}}
{{- range $choice := eq (get $taken "kind") "bundled" | ternary .axis.choices dict -}}
{{- range $name := list "host" "uri" "existingSecret" -}}
{{- $key := printf "%s.%s" $choice.values.block $name -}}
{{- $outside := or (eq $choice.kind "external") (eq $key "vectorBackend.mongodb.uri") -}}
{{- if and $outside (include "aeterna.catalogue.text" (list $values $key)) -}}
{{- $steps := list -}}
{{- range $path, $want := $choice.values.chosen -}}
{{- if ne (toString $want) (include "aeterna.catalogue.text" (list $values $path)) -}}{{- $steps = append $steps (printf "%s to %v" $path $want) -}}{{- end -}}
{{- end -}}
{{- $switch := get $taken.values "switch" -}}
{{- if and $switch (not (hasKey $choice.values.chosen $switch)) -}}{{- $steps = append $steps (printf "%s to false" $switch) -}}{{- end }}
AET110 | {{ $key }} | is set, but nothing uses it: the bundled {{ $taken.label }} is chosen | set {{ join " and " $steps }}, or remove {{ $key }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* (dict in part about) -> problems of the settings of one part that is there */}}
{{- define "aeterna.validation.settings" -}}
{{- $values := .in.root.Values -}}
{{- $refs := .in.catalogue.refs -}}
{{- $made := .in.catalogue.made -}}
{{- $root := .in.root -}}
{{- $external := eq $values.secrets.provider "external-secrets" -}}
{{- $about := .about -}}
{{- $part := .part -}}
{{- $block := .about.values.block -}}
{{- $existing := include "aeterna.catalogue.text" (list $values (printf "%s.existingSecret" $block)) -}}
{{- range $name, $setting := get .about "settings" | default dict -}}
{{- $key := printf "%s.%s" $block $name -}}
{{- $text := include "aeterna.catalogue.text" (list $values $key) -}}
{{- $secret := get $setting "secret" -}}
{{- $there := hasKey $refs (print $part "/" $name) -}}
{{- $required := get $setting "required" -}}
{{- with get $setting "within" -}}
{{- if ne "true" (include "aeterna.catalogue.text" (list $values (printf "%s.%s" $block .))) -}}{{- $required = false -}}{{- end -}}
{{- end -}}
{{- if and $required (not $secret) (not $text) }}
AET102 | {{ $key }} | is missing: {{ $about.label }} is chosen and needs it | set {{ $key }}
{{- else if and $required $secret (not $there) }}
AET103 | {{ $key }} | is missing: {{ $about.label }} is chosen and needs this credential | {{ if $external -}}
set secrets.externalSecrets.keys.{{ $secret }} to its place in the store, or {{ $block }}.existingSecret
{{- else -}}
set {{ $block }}.existingSecret to a Secret that holds it, or {{ $key }} in a values file that stays out of git
{{- end -}}
{{- end -}}
{{- /* an upgrade that forgets a values file must not give stored data another key; blind where no cluster is asked */ -}}
{{- with get $refs (print $part "/" $name) -}}
{{- if and $secret (hasKey $made .name) -}}
{{- $own := include "aeterna.names.secret" $root -}}
{{- if dig "data" $secret "" (lookup "v1" "Secret" $root.Release.Namespace $own) }}
AET408 | {{ $key }} | is missing, but the Secret {{ $own }} in the cluster holds it, and a Job would make another | give the same values files as before, or set {{ $block }}.existingSecret to {{ $own }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $secret $text $external }}
AET106 | {{ $key }} | stands in the values, although secrets.provider is external-secrets | remove it and set secrets.externalSecrets.keys.{{ $secret }}
{{- else if and $secret $text $existing $there }}
AET107 | {{ $key }} | is set beside {{ $block }}.existingSecret, which would go before it | remove one of the two
{{- end -}}
{{- if and (get $setting "urlSafe") $text (not (regexMatch "^[A-Za-z0-9._~-]+$" $text)) }}
AET305 | {{ $key }} | has characters that do not survive in a URL | choose a password of letters, digits and -._~ only, since it is put into a URL as it is
{{- end -}}
{{- /* of a credential, `also` names where the existing Secret must stand as well: AET309 */ -}}
{{- range ne $secret "" | ternary list (get $setting "also" | default list) -}}
{{- if ne $text (include "aeterna.catalogue.text" (list $values .)) }}
AET105 | {{ $key }} | differs from {{ . }}, which the subchart reads | give both the same value
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
