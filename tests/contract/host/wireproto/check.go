// Package wireproto compares a FileDescriptorSet with the contract that Grafana's own Go code is built on.
//
// What is compared is what decides the bytes and the method paths: packages, services, methods with their
// streaming flags, messages, fields by number, type, label and presence, enum values. Field names are
// compared as well: they are not on the wire, but tools and JSON forms show them.
package wireproto

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	// Imported for the descriptors that they register.
	_ "github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	_ "github.com/hashicorp/go-plugin"
	_ "google.golang.org/grpc/health/grpc_health_v1"
)

// packages are the parts of the contract: Grafana's own, go-plugin's internal ones, gRPC's health.
var packages = []protoreflect.FullName{"pluginv2", "plugin", "grpc.health.v1"}

// wellKnown may be in the set because the contract imports it.
const wellKnown = protoreflect.FullName("google.protobuf")

// Difference is one place where the two contracts are not the same.
type Difference struct {
	Where    string `json:"where"`
	Ours     string `json:"ours"`
	Official string `json:"official"`
}

// Report counts what was compared, so that an empty list of differences cannot come from comparing nothing.
type Report struct {
	Services    int          `json:"services"`
	Methods     int          `json:"methods"`
	Messages    int          `json:"messages"`
	Fields      int          `json:"fields"`
	EnumValues  int          `json:"enumValues"`
	Differences []Difference `json:"differences"`
}

// Check compares the descriptor set in a file with the official descriptors compiled into this program.
func Check(path string) (*Report, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	set := &descriptorpb.FileDescriptorSet{}
	if err := proto.Unmarshal(bytes, set); err != nil {
		return nil, fmt.Errorf("%s is not a FileDescriptorSet: %w", path, err)
	}
	ours, err := protodesc.NewFiles(set)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return compare(ours, protoregistry.GlobalFiles), nil
}

func compare(ours, official *protoregistry.Files) *Report {
	report := &Report{Differences: []Difference{}}
	ours.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if name := file.Package(); name != wellKnown && !slices.Contains(packages, name) {
			report.differ("package "+string(name), "present", "not part of the contract")
		}
		return true
	})
	for _, name := range packages {
		report.compareFacts(factsOf(ours, name), factsOf(official, name))
		report.count(official, name)
	}
	return report
}

func (r *Report) differ(where, ours, official string) {
	r.Differences = append(r.Differences, Difference{Where: where, Ours: ours, Official: official})
}

func (r *Report) compareFacts(ours, official map[string]string) {
	where := map[string]bool{}
	for key := range ours {
		where[key] = true
	}
	for key := range official {
		where[key] = true
	}
	keys := make([]string, 0, len(where))
	for key := range where {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		if ours[key] != official[key] {
			r.differ(key, orAbsent(ours, key), orAbsent(official, key))
		}
	}
}

func orAbsent(facts map[string]string, key string) string {
	if fact, ok := facts[key]; ok {
		return fact
	}
	return "absent"
}

func (r *Report) count(official *protoregistry.Files, name protoreflect.FullName) {
	for key := range factsOf(official, name) {
		switch kind, _, _ := strings.Cut(key, " "); kind {
		case "service":
			r.Services++
		case "method":
			r.Methods++
		case "message":
			r.Messages++
		case "field":
			r.Fields++
		case "enumvalue":
			r.EnumValues++
		}
	}
}

// factsOf says everything comparable about one package: what it is about -> what holds.
func factsOf(files *protoregistry.Files, name protoreflect.FullName) map[string]string {
	facts := map[string]string{}
	files.RangeFilesByPackage(name, func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			serviceFacts(facts, file.Services().Get(i))
		}
		messageFacts(facts, file.Messages())
		enumFacts(facts, file.Enums())
		return true
	})
	return facts
}

func serviceFacts(facts map[string]string, service protoreflect.ServiceDescriptor) {
	facts["service "+string(service.FullName())] = "present"
	for i := range service.Methods().Len() {
		method := service.Methods().Get(i)
		facts[fmt.Sprintf("method /%s/%s", service.FullName(), method.Name())] = fmt.Sprintf(
			"(%s%s) returns (%s%s)",
			streaming(method.IsStreamingClient()), method.Input().FullName(),
			streaming(method.IsStreamingServer()), method.Output().FullName(),
		)
	}
}

func streaming(is bool) string {
	if is {
		return "stream "
	}
	return ""
}

func messageFacts(facts map[string]string, messages protoreflect.MessageDescriptors) {
	for i := range messages.Len() {
		message := messages.Get(i)
		if message.IsMapEntry() {
			continue // said by the map field itself
		}
		facts["message "+string(message.FullName())] = "present"
		for j := range message.Fields().Len() {
			field := message.Fields().Get(j)
			facts[fmt.Sprintf("field %s #%d", message.FullName(), field.Number())] = fieldFact(field)
		}
		messageFacts(facts, message.Messages())
		enumFacts(facts, message.Enums())
	}
}

func fieldFact(field protoreflect.FieldDescriptor) string {
	fact := fmt.Sprintf("%s %s %s", field.Cardinality(), typeOf(field), field.Name())
	if field.IsMap() {
		fact = fmt.Sprintf("map<%s, %s> %s", typeOf(field.MapKey()), typeOf(field.MapValue()), field.Name())
	}
	if field.IsPacked() {
		fact += " packed"
	}
	if field.HasPresence() {
		fact += " with presence"
	}
	if oneof := field.ContainingOneof(); oneof != nil {
		fact += " in oneof " + string(oneof.Name())
	}
	return fact
}

func typeOf(field protoreflect.FieldDescriptor) string {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return string(field.Message().FullName())
	case protoreflect.EnumKind:
		return string(field.Enum().FullName())
	default:
		return field.Kind().String()
	}
}

func enumFacts(facts map[string]string, enums protoreflect.EnumDescriptors) {
	for i := range enums.Len() {
		enum := enums.Get(i)
		for j := range enum.Values().Len() {
			value := enum.Values().Get(j)
			facts[fmt.Sprintf("enumvalue %s #%d", enum.FullName(), value.Number())] = string(value.Name())
		}
	}
}
