{{- /*
The chart's only reader of files/catalogue.yaml. `aeterna.catalogue`: root -> JSON, per axis the choice that is selected:

  {<axis>: {choice, facts: {name: text}, refs: {name: {name, key}}, plain: {VARIABLE: text}, env: [entries],
            own: {Secret: {key: text}}, remote: {Secret: {key: remoteRef}}}}

  choice   the one whose `chosen` keys all have their values; failing that, the one that lacks its switch alone; else ""
  fact     a setting's value under the choice's block, else what `aeterna.endpoint.<axis>.<choice>` says of a bundled part
  ref      where a credential lies: in existingSecret, else in a Secret that is made from values (own) or by External
           Secrets (remote): the release's own, or the one the endpoint's `store` names; else the endpoint's own ref
  row      the first form of `value` whose facts are all set; none set, no variable. A form with a credential becomes an
           env entry with $(ITS_VARIABLE), which Kubernetes fills in from entries above; one without is plain text

Only credentials some row carries are stored.
*/}}

{{- /* (list map "a.b.c") -> the value as text; "" when absent */}}
{{- define "aeterna.catalogue.text" -}}
{{- $value := index . 0 -}}
{{- range splitList "." (index . 1) -}}
{{- if kindIs "map" $value -}}{{- $value = get $value . -}}{{- else -}}{{- $value = "" -}}{{- end -}}
{{- end -}}
{{- if kindIs "string" $value -}}{{- $value -}}{{- else if not (kindIs "invalid" $value) -}}{{- toJson $value -}}{{- end -}}
{{- end -}}

{{- /* (list root axis-map) -> the id of the selected choice, or "" */}}
{{- define "aeterna.catalogue.choice" -}}
{{- $root := index . 0 -}}
{{- $exact := "" -}}
{{- $near := "" -}}
{{- range $id, $choice := (index . 1).choices -}}
{{- $differing := list -}}
{{- range $path, $want := $choice.chosen -}}
{{- if ne (include "aeterna.catalogue.text" (list $root.Values $path)) (toString $want) -}}
{{- $differing = append $differing $path -}}
{{- end -}}
{{- end -}}
{{- if not $differing -}}{{- $exact = $id -}}{{- else if eq (join " " $differing) (get $choice "switch") -}}{{- $near = $id -}}{{- end -}}
{{- end -}}
{{- $exact | default $near -}}
{{- end -}}

{{- /* (dict root axis id choice rows) -> {facts, refs, own, remote} */}}
{{- define "aeterna.catalogue.facts" -}}
{{- $root := .root -}}
{{- $block := .choice.block -}}
{{- $carried := list -}}
{{- range .rows -}}{{- $carried = append $carried (get . "secret") -}}{{- end -}}
{{- $end := dict -}}
{{- if eq .choice.kind "bundled" -}}{{- $end = include (printf "aeterna.endpoint.%s.%s" .axis .id) $root | fromYaml -}}{{- end -}}
{{- $facts := $end.facts | default dict -}}
{{- $refs := $end.refs | default dict -}}
{{- $own := dict -}}
{{- $remote := dict -}}
{{- range $name, $setting := .choice.settings -}}
{{- $text := include "aeterna.catalogue.text" (list $root.Values (printf "%s.%s" $block $name)) -}}
{{- $secret := get $setting "secret" -}}
{{- if not $secret -}}
{{- if $text -}}{{- $_ := set $facts $name $text -}}{{- end -}}
{{- else if has $name $carried -}}
{{- $existing := include "aeterna.catalogue.text" (list $root.Values (printf "%s.existingSecret" $block)) -}}
{{- $key := include "aeterna.catalogue.text" (list $root.Values (printf "%s.existingSecretKey" $block)) | default $secret -}}
{{- $store := dig "store" $name (dict "name" (include "aeterna.names.secret" $root) "key" $secret) $end -}}
{{- $asked := eq $root.Values.secrets.provider "external-secrets" | ternary (get $root.Values.secrets.externalSecrets.keys $secret) "" -}}
{{- if $existing -}}{{- $_ := set $refs $name (dict "name" $existing "key" $key) -}}
{{- else if $asked -}}{{- $_ := set $refs $name $store -}}{{- $_ := set $remote $store.name (dict $store.key $asked) -}}
{{- else if $text -}}{{- $_ := set $refs $name $store -}}{{- $_ := set $own $store.name (dict $store.key $text) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- dict "facts" $facts "refs" $refs "own" $own "remote" $remote | toJson -}}
{{- end -}}

{{- /* (list rows facts refs) -> {plain, env} */}}
{{- define "aeterna.catalogue.rows" -}}
{{- $facts := index . 1 -}}
{{- $refs := index . 2 -}}
{{- $plain := dict -}}
{{- $env := list -}}
{{- $variables := dict -}}
{{- range $row := index . 0 -}}
{{- $done := false -}}
{{- with get $refs (get $row "secret") -}}
{{- $env = append $env (dict "name" $row.name "valueFrom" (dict "secretKeyRef" .)) -}}
{{- $_ := set $variables $row.secret (printf "$(%s)" $row.name) -}}
{{- end -}}
{{- range $form := hasKey $row "value" | ternary (kindIs "slice" $row.value | ternary $row.value (list $row.value)) list -}}
{{- $text := "" -}}
{{- $whole := not $done -}}
{{- $credential := false -}}
{{- range regexFindAll "\\{[a-zA-Z][a-zA-Z0-9.]*\\}|[^{]+|\\{" (toString $form) -1 -}}
{{- $fact := regexFind "^\\{.+\\}$" . | trimAll "{}" -}}
{{- if not $fact -}}{{- $text = print $text . -}}
{{- else if hasKey $variables $fact -}}{{- $text = print $text (get $variables $fact) -}}{{- $credential = true -}}
{{- else if hasKey $facts $fact -}}{{- $text = print $text (get $facts $fact | replace "$" "$$") -}}
{{- else -}}{{- $whole = false -}}{{- end -}}
{{- end -}}
{{- if $whole -}}
{{- $done = true -}}
{{- if $credential -}}{{- $env = append $env (dict "name" $row.name "value" $text) -}}{{- else -}}{{- $_ := set $plain $row.name ($text | replace "$$" "$") -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- dict "plain" $plain "env" $env | toJson -}}
{{- end -}}

{{- /* root -> files/catalogue.yaml, parsed */}}
{{- define "aeterna.catalogue.file" -}}
{{- $file := .Files.Get "files/catalogue.yaml" | fromYaml -}}
{{- with get $file "Error" -}}{{- fail (printf "files/catalogue.yaml: %s" .) -}}{{- end -}}
{{- toJson (required "files/catalogue.yaml has no axes" (get $file "axes")) -}}
{{- end -}}

{{- define "aeterna.catalogue" -}}
{{- $root := . -}}
{{- $axes := dict -}}
{{- range $name, $axis := include "aeterna.catalogue.file" . | fromJson -}}
{{- $id := include "aeterna.catalogue.choice" (list $root $axis) -}}
{{- $selected := dict "choice" $id "facts" dict "refs" dict "own" dict "remote" dict "plain" dict "env" list -}}
{{- with get $axis.choices $id -}}
{{- $rows := concat (get $axis "env" | default list) (get . "env" | default list) -}}
{{- $facts := include "aeterna.catalogue.facts" (dict "root" $root "axis" $name "id" $id "choice" . "rows" $rows) | fromJson -}}
{{- $lines := include "aeterna.catalogue.rows" (list $rows $facts.facts $facts.refs) | fromJson -}}
{{- $selected = merge (dict "choice" $id) $facts $lines -}}
{{- end -}}
{{- $_ := set $axes $name $selected -}}
{{- end -}}
{{- toJson $axes -}}
{{- end -}}
