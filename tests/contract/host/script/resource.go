package script

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"time"
	"unicode/utf8"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// shown is how much of a body a result carries; of a larger one it has the digest.
const shown = 256 * 1024

// StepCallResource is one HTTP request to the plugin. At most one of the four bodies is given.
type StepCallResource struct {
	Common
	Method                  string              `json:"method"` // GET when absent
	Path                    string              `json:"path"`
	URL                     string              `json:"url"` // the path when absent
	Headers                 map[string][]string `json:"headers"`
	Body                    string              `json:"body"`
	BodyJSON                json.RawMessage     `json:"bodyJson"`
	BodyBase64              string              `json:"bodyBase64"`
	BodyBytes               int                 `json:"bodyBytes"` // so many letters x
	CancelAfterMilliseconds int                 `json:"cancelAfterMilliseconds"`
}

// Answer is what Grafana would hand on to the browser. Messages counts the parts it came in.
type Answer struct {
	Status   int32               `json:"status"`
	Headers  map[string][]string `json:"headers"`
	Messages int                 `json:"messages"`
	Bytes    int                 `json:"bytes"`
	SHA256   string              `json:"sha256"`
	Text     *string             `json:"text,omitempty"`
	Base64   string              `json:"base64,omitempty"`
}

func (s *StepCallResource) run(ctx context.Context, call call) (any, error) {
	request, err := s.request(call.caller)
	if err != nil {
		return nil, err
	}
	ctx, cancel := cancelled(ctx, s.CancelAfterMilliseconds)
	defer cancel()
	stream, err := call.Plugin.Resource.CallResource(ctx, request)
	if err != nil {
		return nil, err
	}
	answer, body, err := received(stream)
	if err != nil {
		return nil, err
	}
	answer.show(body)
	return answer, nil
}

func (s *StepCallResource) request(caller Context) (*pluginv2.CallResourceRequest, error) {
	request := &pluginv2.CallResourceRequest{
		PluginContext: caller.proto(),
		Path:          s.Path,
		Method:        s.Method,
		Url:           s.URL,
		Headers:       map[string]*pluginv2.StringList{},
		Body:          []byte(s.Body),
	}
	if request.Method == "" {
		request.Method = "GET"
	}
	if request.Url == "" {
		request.Url = s.Path
	}
	for name, values := range s.Headers {
		request.Headers[name] = &pluginv2.StringList{Values: values}
	}
	switch {
	case len(s.BodyJSON) > 0:
		request.Body = s.BodyJSON
	case s.BodyBase64 != "":
		body, err := base64.StdEncoding.DecodeString(s.BodyBase64)
		if err != nil {
			return nil, err
		}
		request.Body = body
	case s.BodyBytes > 0:
		request.Body = bytes.Repeat([]byte{'x'}, s.BodyBytes)
	}
	return request, nil
}

func received(stream pluginv2.Resource_CallResourceClient) (*Answer, []byte, error) {
	answer := &Answer{Headers: map[string][]string{}}
	var body []byte
	for {
		part, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		if answer.Messages == 0 {
			answer.Status = part.Code
			for name, values := range part.Headers {
				answer.Headers[name] = values.Values
			}
		}
		answer.Messages++
		body = append(body, part.Body...)
	}
	if answer.Messages == 0 {
		return nil, nil, errors.New("Grafana answers 500: received empty resource response")
	}
	return answer, body, nil
}

func (a *Answer) show(body []byte) {
	digest := sha256.Sum256(body)
	a.Bytes, a.SHA256 = len(body), hex.EncodeToString(digest[:])
	switch {
	case len(body) > shown:
	case utf8.Valid(body):
		text := string(body)
		a.Text = &text
	default:
		a.Base64 = base64.StdEncoding.EncodeToString(body)
	}
}

// cancelled ends the call from the caller's side after a while; 0 never does.
func cancelled(ctx context.Context, after int) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if after > 0 {
		timer := time.AfterFunc(time.Duration(after)*time.Millisecond, cancel)
		return ctx, func() { timer.Stop(); cancel() }
	}
	return ctx, cancel
}
