using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pennon.Tests.PublicApi;

/// <summary>Prints the public and protected surface of an assembly as sorted C# signatures.</summary>
static class PublicApiListing
{
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
    static readonly NullabilityInfoContext Nullability = new();

    public static string Of(Assembly assembly, Func<Type, bool>? include = null)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().Where(include ?? (_ => true)).OrderBy(FullNameOf, StringComparer.Ordinal))
        {
            text.Append(Describe(type)).Append('\n');
            if (typeof(Delegate).IsAssignableFrom(type))
            {
                continue;
            }

            foreach (var line in MembersOf(type).Order(StringComparer.Ordinal))
            {
                text.Append("  ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    static string Describe(Type type)
    {
        var text = new StringBuilder("public ");
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return text.Append($"delegate {NameOf(invoke.ReturnType)} {FullNameOf(type)}({ParametersOf(invoke)})").ToString();
        }

        text.Append(type switch
        {
            { IsInterface: true } => "interface ",
            { IsEnum: true } => "enum ",
            { IsValueType: true } => (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (type.IsByRefLike ? "ref struct " : "struct "),
            { IsAbstract: true, IsSealed: true } => "static class ",
            { IsAbstract: true } => "abstract class ",
            { IsSealed: true } => "sealed class ",
            _ => "class ",
        });
        text.Append(FullNameOf(type));
        var bases = new List<string>();
        if (type.IsEnum)
        {
            bases.Add(NameOf(Enum.GetUnderlyingType(type)));
        }
        else
        {
            if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            {
                bases.Add(NameOf(parent));
            }

            var inherited = type.BaseType?.GetInterfaces() ?? [];
            bases.AddRange(type.GetInterfaces().Where(i => i.IsVisible && !inherited.Contains(i)).Select(NameOf).Order(StringComparer.Ordinal));
        }

        if (bases.Count > 0)
        {
            text.Append(" : ").AppendJoin(", ", bases);
        }

        return text.Append(ConstraintsOf(type.GetGenericArguments())).ToString();
    }

    static IEnumerable<string> MembersOf(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => $"{f.Name} = {Convert.ToInt64(f.GetRawConstantValue(), CultureInfo.InvariantCulture)}");
        }

        return type.GetFields(Declared).Where(f => (f.IsPublic || IsProtected(f.Attributes)) && !f.IsSpecialName).Select(FieldLine)
            .Concat(type.GetConstructors(Declared).Where(IsVisible).Select(c => $"{Access(c)} {PlainName(type)}({ParametersOf(c)})"))
            .Concat(type.GetProperties(Declared).Where(p => p.GetAccessors(true).Any(IsVisible)).Select(PropertyLine))
            .Concat(type.GetEvents(Declared).Where(e => IsVisible(e.AddMethod!)).Select(e => $"{Access(e.AddMethod!)} event {NameOf(e.EventHandlerType!)} {e.Name}"))
            .Concat(type.GetMethods(Declared).Where(m => IsVisible(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)) && !IsCompilerMade(m)).Select(MethodLine));
    }

    static string FieldLine(FieldInfo field)
    {
        var access = field.IsPublic ? "public" : "protected";
        return field.IsLiteral
            ? $"{access} const {NameOf(field.FieldType)} {field.Name} = {Literal(field.GetRawConstantValue())}"
            : $"{access} {(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{NameOf(field.FieldType)} {field.Name}";
    }

    static string PropertyLine(PropertyInfo property)
    {
        var accessors = property.GetAccessors(true).Where(IsVisible).ToList();
        var widest = accessors.Find(a => a.IsPublic) ?? accessors[0];
        var text = new StringBuilder(Access(widest)).Append(' ');
        if (property.IsDefined(typeof(RequiredMemberAttribute)))
        {
            text.Append("required ");
        }

        text.Append(WithNullability(property.PropertyType, () => Nullability.Create(property))).Append(' ');
        var parameters = property.GetIndexParameters();
        text.Append(parameters.Length > 0 ? $"this[{string.Join(", ", parameters.Select(Parameter))}]" : property.Name).Append(" { ");
        if (property.GetMethod is { } get && IsVisible(get))
        {
            text.Append("get; ");
        }

        if (property.SetMethod is { } set && IsVisible(set))
        {
            var init = set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
            text.Append(set.IsPublic || !widest.IsPublic ? "" : "protected ").Append(init ? "init; " : "set; ");
        }

        return text.Append('}').ToString();
    }

    static string MethodLine(MethodInfo method)
    {
        var name = method.Name + (method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "");
        var result = WithNullability(method.ReturnType, () => Nullability.Create(method.ReturnParameter));
        return $"{Access(method)} {result} {name}({ParametersOf(method)}){ConstraintsOf(method.IsGenericMethod ? method.GetGenericArguments() : [])}";
    }

    static string ParametersOf(MethodBase method)
    {
        var parameters = string.Join(", ", method.GetParameters().Select(Parameter));
        return method.IsDefined(typeof(ExtensionAttribute)) ? "this " + parameters : parameters;
    }

    static string Parameter(ParameterInfo parameter)
    {
        var text = new StringBuilder();
        if (parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)))
        {
            text.Append("params ");
        }

        if (parameter.ParameterType.IsByRef)
        {
            text.Append(parameter.IsOut ? "out " : parameter.IsIn ? "ref readonly " : "ref ");
        }

        text.Append(WithNullability(parameter.ParameterType, () => Nullability.Create(parameter))).Append(' ').Append(parameter.Name);
        if (parameter.HasDefaultValue)
        {
            text.Append(" = ").Append(parameter.DefaultValue is null && parameter.ParameterType.IsValueType ? "default" : Literal(parameter.DefaultValue));
        }

        return text.ToString();
    }

    static string WithNullability(Type type, Func<NullabilityInfo> info)
    {
        if (type.IsByRef)
        {
            type = type.GetElementType()!;
        }

        var name = NameOf(type);
        return !type.IsValueType && !type.IsGenericParameter && !type.IsPointer && info().ReadState == NullabilityState.Nullable ? name + "?" : name;
    }

    static string Access(MethodBase method)
    {
        var text = method.IsPublic ? "public" : "protected";
        if (method.IsStatic)
        {
            text += " static";
        }

        if (method is MethodInfo { IsVirtual: true } m && !m.DeclaringType!.IsInterface)
        {
            text += m.GetBaseDefinition() != m ? " override" : m.IsAbstract ? " abstract" : m.IsFinal ? "" : " virtual";
        }

        return text;
    }

    static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    static bool IsProtected(FieldAttributes attributes) => (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Family or FieldAttributes.FamORAssem;

    // Records bring a printer and a clone method along that nobody calls by name.
    static bool IsCompilerMade(MethodInfo method) =>
        method.Name is "<Clone>$" or "PrintMembers" || (method.IsDefined(typeof(CompilerGeneratedAttribute)) && method.Name is not "Deconstruct");

    static string FullNameOf(Type type) =>
        type.DeclaringType is { } outer ? $"{FullNameOf(outer)}.{OwnName(type)}" : string.IsNullOrEmpty(type.Namespace) ? OwnName(type) : $"{type.Namespace}.{OwnName(type)}";

    static string OwnName(Type type)
    {
        var own = type.GetGenericArguments().Skip(type.DeclaringType?.GetGenericArguments().Length ?? 0).Select(NameOf).ToList();
        return own.Count == 0 ? PlainName(type) : $"{PlainName(type)}<{string.Join(", ", own)}>";
    }

    static string PlainName(Type type)
    {
        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? type.Name : type.Name[..tick];
    }

    static string NameOf(Type type)
    {
        if (type.IsArray)
        {
            return NameOf(type.GetElementType()!) + "[]";
        }

        if (type.IsPointer)
        {
            return NameOf(type.GetElementType()!) + "*";
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return NameOf(inner) + "?";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        return Keyword(type) ?? (type.DeclaringType is { } outer ? $"{NameOf(outer)}.{OwnName(type)}" : OwnName(type));
    }

    static string? Keyword(Type type) => type == typeof(void) ? "void" : type == typeof(object) ? "object" : type == typeof(string) ? "string" : type.IsEnum ? null :
        Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "bool",
            TypeCode.Byte => "byte",
            TypeCode.SByte => "sbyte",
            TypeCode.Int16 => "short",
            TypeCode.UInt16 => "ushort",
            TypeCode.Int32 => "int",
            TypeCode.UInt32 => "uint",
            TypeCode.Int64 => "long",
            TypeCode.UInt64 => "ulong",
            TypeCode.Single => "float",
            TypeCode.Double => "double",
            TypeCode.Decimal => "decimal",
            TypeCode.Char => "char",
            _ => null,
        };

    static string ConstraintsOf(Type[] arguments) => string.Concat(arguments.Where(a => a.IsGenericParameter).Select(argument =>
    {
        var parts = new List<string>();
        var flags = argument.GenericParameterAttributes;
        var unmanaged = argument.GetCustomAttributesData().Any(a => a.AttributeType.Name == "IsUnmanagedAttribute");
        if (flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            parts.Add(unmanaged ? "unmanaged" : "struct");
        }
        else if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            parts.Add("class");
        }

        parts.AddRange(argument.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(NameOf));
        return parts.Count == 0 ? "" : $" where {argument.Name} : {string.Join(", ", parts)}";
    }));

    static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        Enum name => $"{name.GetType().Name}.{name}",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
