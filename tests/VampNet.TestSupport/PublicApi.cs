using System.Reflection;
using System.Runtime.CompilerServices;

namespace VampNet.TestSupport;

/// <summary>The public types and members of an assembly as text, one per line, in an order that does not depend on the source.</summary>
public static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Every public type, each followed by its public and protected members.</summary>
    public static string Of(Assembly assembly)
    {
        IEnumerable<string> lines = assembly
            .GetExportedTypes()
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .SelectMany(type => MembersOf(type).Prepend(Describe(type)));
        return string.Join('\n', lines) + "\n";
    }

    private static string Describe(Type type)
    {
        string kind =
            type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? "struct"
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        IEnumerable<string> bases = new[] { type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType ? parent : null }
            .Concat(type.GetInterfaces().Where(each => each.IsPublic && !IsOfRecords(each)))
            .OfType<Type>()
            .Select(NameOf)
            .Order(StringComparer.Ordinal);
        string after = string.Join(", ", bases);
        return $"{kind} {NameOf(type)}{(after.Length > 0 ? $" : {after}" : "")}";
    }

    private static IEnumerable<string> MembersOf(Type type) =>
        type.GetMembers(Declared)
            .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)) || member is FieldInfo { IsLiteral: true })
            .Select(Describe)
            .OfType<string>()
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(line => $"    {line}");

    private static string? Describe(MemberInfo member) =>
        member switch
        {
            FieldInfo { IsSpecialName: false } field when IsVisible(field) => field.IsLiteral
                ? $"const {NameOf(field.FieldType)} {field.Name} = {Show(field.GetRawConstantValue())}"
                : $"{(field.IsStatic ? "static " : "")}{NameOf(field.FieldType)} {field.Name}",
            PropertyInfo property when AccessorsOf(property) is { Length: > 0 } accessors =>
                $"{(property.GetAccessors(nonPublic: true)[0].IsStatic ? "static " : "")}{NameOf(property.PropertyType)} {property.Name}"
                    + $"{Parameters(property.GetIndexParameters(), "[", "]")} {{ {accessors} }}",
            ConstructorInfo constructor when IsVisible(constructor) =>
                $"new{Parameters(constructor.GetParameters(), "(", ")", always: true)}",
            MethodInfo method
                when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) =>
                $"{(method.IsStatic ? "static " : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : "")}"
                    + $"{NameOf(method.ReturnType)} "
                    + $"{method.Name}{Arguments(method)}{Parameters(method.GetParameters(), "(", ")", always: true)}",
            EventInfo raised => $"event {NameOf(raised.EventHandlerType!)} {raised.Name}",
            _ => null,
        };

    private static string AccessorsOf(PropertyInfo property)
    {
        MethodInfo? setter = property.SetMethod is { } set && IsVisible(set) ? set : null;
        bool isInit = setter?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        string[] parts =
        [
            .. property.GetMethod is { } get && IsVisible(get) ? new[] { "get;" } : [],
            .. setter is null ? [] : new[] { isInit ? "init;" : "set;" },
        ];
        return string.Join(' ', parts);
    }

    private static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // Every record implements its own equality; saying so adds nothing.
    private static bool IsOfRecords(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEquatable<>);

    private static string Arguments(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(NameOf))}>" : "";

    private static string Parameters(ParameterInfo[] parameters, string open, string close, bool always = false) =>
        parameters.Length == 0 && !always ? "" : $"{open}{string.Join(", ", parameters.Select(Describe))}{close}";

    private static string Describe(ParameterInfo parameter) =>
        $"{NameOf(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Show(parameter.RawDefaultValue)}" : "")}";

    private static string Show(object? value) =>
        value switch
        {
            null => "null",
            string text => $"\"{text.ReplaceLineEndings("\\n")}\"",
            bool flag => flag ? "true" : "false",
            IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };

    private static string NameOf(Type type)
    {
        if (type.IsByRef)
        {
            return $"ref {NameOf(type.GetElementType()!)}";
        }

        if (type.IsArray)
        {
            return $"{NameOf(type.GetElementType()!)}[]";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return $"{NameOf(inner)}?";
        }

        string outer =
            type.DeclaringType is { } around ? $"{NameOf(around)}."
            : type.Namespace == "System" ? ""
            : $"{type.Namespace}.";
        string name = type.Name.Split('`')[0];
        return type.IsGenericType ? $"{outer}{name}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : $"{outer}{name}";
    }
}
