package script

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc/metadata"
)

// Context is the PluginContext of a call. A step's `context` is laid over the script's, key by key.
type Context struct {
	OrgID         int64             `json:"orgId"`
	Namespace     string            `json:"namespace"`
	PluginID      string            `json:"pluginId"`
	PluginVersion string            `json:"pluginVersion"`
	UserAgent     string            `json:"userAgent"`
	User          *User             `json:"user"`
	App           *Settings         `json:"app"`
	DataSource    *DataSource       `json:"dataSource"`
	GrafanaConfig map[string]string `json:"grafanaConfig"`
}

// User is who asks; absent where Grafana itself does.
type User struct {
	Login string `json:"login"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Role  string `json:"role"`
}

// Settings are what an administrator saved. JSONData may be any JSON, also null: Grafana sends what it has.
type Settings struct {
	JSONData       json.RawMessage   `json:"jsonData"`
	SecureJSONData map[string]string `json:"secureJsonData"`
	LastUpdatedMS  int64             `json:"lastUpdatedMS"`
}

// DataSource is one configured data source.
type DataSource struct {
	Settings
	ID   int64  `json:"id"`
	UID  string `json:"uid"`
	Name string `json:"name"`
	URL  string `json:"url"`
}

// DefaultContext is an administrator of organisation 1; the role decides whose settings come along.
func DefaultContext(role string) Context {
	found := Context{
		OrgID:         1,
		Namespace:     "default",
		PluginVersion: "0.1.0",
		UserAgent:     "Grafana/13.2.3 (linux; amd64)",
		User:          &User{Login: "admin", Name: "Admin", Email: "admin@localhost", Role: "Admin"},
		GrafanaConfig: map[string]string{"GF_APP_URL": "http://localhost:3000/"},
	}
	settings := Settings{JSONData: json.RawMessage(`{}`), LastUpdatedMS: 1_700_000_000_000}
	if role == "datasource" {
		found.DataSource = &DataSource{Settings: settings, ID: 1, UID: "contract", Name: "Contract"}
	} else {
		found.App = &settings
	}
	return found
}

// With lays JSON over a copy of the context.
func (c Context) With(over json.RawMessage) (Context, error) {
	if len(over) == 0 {
		return c, nil
	}
	copied, err := json.Marshal(c)
	if err != nil {
		return c, err
	}
	var merged Context
	if err := json.Unmarshal(copied, &merged); err != nil {
		return c, err
	}
	if err := Strict(over, &merged); err != nil {
		return c, fmt.Errorf("context: %w", err)
	}
	return merged, nil
}

func (c Context) proto() *pluginv2.PluginContext {
	message := &pluginv2.PluginContext{
		OrgId:         c.OrgID,
		PluginId:      c.PluginID,
		GrafanaConfig: c.GrafanaConfig,
		PluginVersion: c.PluginVersion,
		UserAgent:     c.UserAgent,
		Namespace:     c.Namespace,
	}
	if c.User != nil {
		message.User = &pluginv2.User{Login: c.User.Login, Name: c.User.Name, Email: c.User.Email, Role: c.User.Role}
	}
	if c.App != nil {
		message.AppInstanceSettings = &pluginv2.AppInstanceSettings{
			JsonData:                c.App.JSONData,
			DecryptedSecureJsonData: c.App.SecureJSONData,
			LastUpdatedMS:           c.App.LastUpdatedMS,
		}
	}
	if c.DataSource != nil {
		message.DataSourceInstanceSettings = &pluginv2.DataSourceInstanceSettings{
			Id:                      c.DataSource.ID,
			Name:                    c.DataSource.Name,
			Url:                     c.DataSource.URL,
			JsonData:                c.DataSource.JSONData,
			DecryptedSecureJsonData: c.DataSource.SecureJSONData,
			LastUpdatedMS:           c.DataSource.LastUpdatedMS,
			Uid:                     c.DataSource.UID,
		}
	}
	return message
}

// traced adds the gRPC metadata that Grafana sends with every call. There is no deadline on purpose.
func traced(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(
		ctx,
		"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"loggerparamsctxmetadata", "dsUID:::contract",
		"loggerparamsctxmetadata", "endpoint:::contract test",
	)
}
