import { create } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  Edition,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  FeatureSet_EnumType,
  FeatureSet_FieldPresence,
  FeatureSet_MessageEncoding,
  FeatureSet_RepeatedFieldEncoding,
  FeatureSet_Utf8Validation,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import protobufjs from 'protobufjs';

// Converts the parsed `.proto` files to one descriptor for the codec. A package becomes a message that
// contains its types: their full names stay the same, and packages that use each other need no order.

const { Enum, Field, MapField, Namespace, Service, Type } = protobufjs;

/** @param root resolved @throws Error for a field with a number that no field can have */
export function describeRoot(root: protobufjs.Root): FileDescriptorProto {
  const { nestedType, enumType, extension } = describeMembers(root);
  return create(FileDescriptorProtoSchema, {
    name: 'schema.proto',
    syntax: 'editions',
    edition: Edition.EDITION_2023,
    messageType: nestedType,
    enumType,
    extension,
  });
}

/** The full names of all packages. */
export function packagesIn(root: protobufjs.Root): ReadonlySet<string> {
  const names = new Set<string>();
  const waiting: protobufjs.Namespace[] = [root];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const member of next.nestedArray) {
      if (!isPackage(member)) continue;
      names.add(member.fullName.slice(1));
      waiting.push(member);
    }
  }
  return names;
}

function isPackage(member: protobufjs.ReflectionObject): member is protobufjs.Namespace {
  return member instanceof Namespace && !(member instanceof Type) && !(member instanceof Service);
}

interface Members {
  readonly nestedType: DescriptorProto[];
  readonly enumType: EnumDescriptorProto[];
  readonly extension: FieldDescriptorProto[];
}

function describeMembers({ nestedArray }: protobufjs.Namespace): Members {
  const members: Members = { nestedType: [], enumType: [], extension: [] };
  for (const member of nestedArray) {
    if (member instanceof Type) members.nestedType.push(describeType(member));
    else if (member instanceof Enum) members.enumType.push(describeEnum(member));
    else if (member instanceof Field) members.extension.push(describeField(member));
    else if (isPackage(member))
      members.nestedType.push(
        create(DescriptorProtoSchema, { name: member.name, ...describeMembers(member) }),
      );
  }
  return members;
}

function describeType(type: protobufjs.Type): DescriptorProto {
  // Fields that an extension adds are described where they are declared.
  const fields = type.fieldsArray.filter(({ declaringField }) => !declaringField);
  const oneofs = type.oneofsArray.filter((oneof) => !oneof.isProto3Optional);
  const members = describeMembers(type);
  return create(DescriptorProtoSchema, {
    name: type.name,
    ...members,
    nestedType: [
      ...members.nestedType,
      ...fields.filter((field) => field instanceof MapField).map((field) => describeEntry(field)),
    ],
    oneofDecl: oneofs.map(({ name }) => ({ name })),
    field: fields.map((field) => {
      const oneofIndex = oneofs.findIndex((oneof) => oneof === field.partOf);
      const described = describeField(field);
      return oneofIndex === -1 ? described : { ...described, oneofIndex };
    }),
    extensionRange: (type.extensions ?? []).map(([start = 0, end = start]) => ({ start, end: end + 1 })),
  });
}

/** protobuf.dev/programming-guides/proto3#assigning; the parser takes any whole number. */
function isFieldNumber(id: number): boolean {
  return Number.isInteger(id) && id >= 1 && id <= 0x1fff_ffff && !(id >= 19_000 && id <= 19_999);
}

/** The resolved features of a reflected object, which the types of the library do not declare. */
interface Resolved {
  readonly _features: Readonly<Record<string, string>>;
}

function describeEnum(type: protobufjs.Enum): EnumDescriptorProto {
  const { _features: features } = type as unknown as Resolved;
  const isClosed = features['enum_type'] === 'CLOSED';
  return create(EnumDescriptorProtoSchema, {
    name: type.name,
    value: Object.entries(type.values).map(([name, number]) => ({ name, number })),
    options: { features: { enumType: isClosed ? FeatureSet_EnumType.CLOSED : FeatureSet_EnumType.OPEN } },
  });
}

function describeField(field: protobufjs.Field): FieldDescriptorProto {
  const { name, id, repeated, extensionField } = field;
  const isMap = field instanceof MapField;
  if (!isFieldNumber(id))
    throw new Error(
      `the number ${id} of field '${name}' in ${field.parent!.fullName.slice(1)} is not one from 1 to 536870911 without 19000 to 19999`,
    );
  const jsonName = field.jsonName ?? lowerCamelCase(name);
  return create(FieldDescriptorProtoSchema, {
    name,
    number: id,
    jsonName,
    label: repeated || isMap ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
    ...(isMap
      ? { type: FieldDescriptorProto_Type.MESSAGE, typeName: entryName(field) }
      : describeKind(field)),
    ...(extensionField && { extendee: extensionField.parent!.fullName }),
    options: { features: fieldFeatures(field) },
  });
}

function fieldFeatures(field: protobufjs.Field) {
  const { _features: features } = field as unknown as Resolved;
  const isSingular = !field.repeated && !(field instanceof MapField);
  const isMessage = field.resolvedType instanceof Type;
  return {
    ...(field.required && { fieldPresence: FeatureSet_FieldPresence.LEGACY_REQUIRED }),
    ...(isSingular &&
      !isMessage &&
      !field.required &&
      !field.partOf && {
        fieldPresence: field.hasPresence
          ? FeatureSet_FieldPresence.EXPLICIT
          : FeatureSet_FieldPresence.IMPLICIT,
      }),
    ...(field.repeated && {
      repeatedFieldEncoding: field.packed
        ? FeatureSet_RepeatedFieldEncoding.PACKED
        : FeatureSet_RepeatedFieldEncoding.EXPANDED,
    }),
    ...(isMessage && field.delimited && { messageEncoding: FeatureSet_MessageEncoding.DELIMITED }),
    utf8Validation:
      features['utf8_validation'] === 'VERIFY'
        ? FeatureSet_Utf8Validation.VERIFY
        : FeatureSet_Utf8Validation.NONE,
  };
}

const SCALARS: ReadonlyMap<string, FieldDescriptorProto_Type> = new Map(
  (
    [
      'double float int64 uint64 int32 fixed64 fixed32 bool string bytes uint32',
      'sfixed32 sfixed64 sint32 sint64',
    ]
      .join(' ')
      .split(' ') as Lowercase<keyof typeof FieldDescriptorProto_Type>[]
  ).map((name) => [
    name,
    FieldDescriptorProto_Type[name.toUpperCase() as keyof typeof FieldDescriptorProto_Type],
  ]),
);

function describeKind({ type, resolvedType }: Pick<protobufjs.Field, 'type' | 'resolvedType'>) {
  if (resolvedType instanceof Type)
    return { type: FieldDescriptorProto_Type.MESSAGE, typeName: resolvedType.fullName };
  if (resolvedType instanceof Enum)
    return { type: FieldDescriptorProto_Type.ENUM, typeName: resolvedType.fullName };
  return { type: SCALARS.get(type)! };
}

/** A map is a list of entries (protobuf.dev/programming-guides/encoding#maps). */
function describeEntry(field: protobufjs.MapField): DescriptorProto {
  return create(DescriptorProtoSchema, {
    name: entryName(field).replace(/.*\./, ''),
    options: { mapEntry: true },
    field: [
      { name: 'key', jsonName: 'key', number: 1, type: SCALARS.get(field.keyType)! },
      { name: 'value', jsonName: 'value', number: 2, ...describeKind(field) },
    ].map((each) => ({ ...each, label: FieldDescriptorProto_Label.OPTIONAL })),
  });
}

function entryName({ name, parent }: Pick<protobufjs.Field, 'name' | 'parent'>): string {
  const camel = lowerCamelCase(name);
  return `${parent!.fullName}.${camel.slice(0, 1).toUpperCase()}${camel.slice(1)}Entry`;
}

/** The `json_name` that protoc derives from a field name. */
function lowerCamelCase(name: string): string {
  return name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}
